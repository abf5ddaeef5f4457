package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.collective.PeerLost;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.spark.DriverDesk.Order;

/** What a rank does with the driver's orders. */
@Timeout(60)
class TestDriverDesk {
  private final String name = "desk-" + UUID.randomUUID();

  @BeforeAll
  static void startSpark() {
    LocalSpark.session();
  }

  @Test
  void aRankWaitsUntilTheDriverKnowsThatItMayWrite() {
    Iterator<Order> orders = List.of(Order.WAIT, Order.WAIT, Order.GO_ON).iterator();
    try (DriverDesk desk = DriverDesk.open(name, orders::next, line -> {})) {
      desk.clear();
      assertFalse(DriverLink.to(name).stopAsked());
      assertFalse(orders.hasNext());
    }
  }

  @Test
  void aStopAfterWaitingIsAStop() {
    Iterator<Order> orders = List.of(Order.WAIT, Order.STOP).iterator();
    try (DriverDesk desk = DriverDesk.open(name, orders::next, line -> {})) {
      desk.clear();
      assertTrue(DriverLink.to(name).stopAsked());
    }
  }

  @Test
  void waitingHasALimit() {
    try (DriverDesk desk = DriverDesk.open(name, () -> Order.WAIT, line -> {})) {
      desk.clear();
      DriverLink link = DriverLink.to(name, Duration.ofMillis(500));
      Failure failure = assertThrows(Failure.class, link::stopAsked);
      assertEquals(ExitCode.STORAGE, failure.exitCode());
      assertEquals(
          "Cannot go on training, the driver does not know whether it still holds the output folder: the store has not answered it for 0 s (expected at most 0). Mend the store and run the command again; it resumes.",
          failure.getMessage());
    }
  }

  @Test
  void anAbandonedRunEndsWithSeven() {
    try (DriverDesk desk = DriverDesk.open(name, () -> Order.ABANDON, line -> {})) {
      desk.clear();
      Failure failure = assertThrows(Failure.class, DriverLink.to(name)::stopAsked);
      assertEquals(ExitCode.HELD, failure.exitCode());
      assertEquals(
          "Cannot go on training, the driver lost its hold on the output folder. Run the command again; it resumes.",
          failure.getMessage());
    }
  }

  @Test
  void aFailureSaysMoreThanTheLossThatFollowsFromIt() {
    try (DriverDesk desk = DriverDesk.open(name, () -> Order.GO_ON, line -> {})) {
      DriverLink link = DriverLink.to(name);
      link.lost(new PeerLost("rank 1 is gone"));
      assertEquals("rank 1 is gone", word(desk));
      link.failed(Failure.input("Cannot read the rows."));
      link.lost(new PeerLost("rank 0 is gone"));
      assertEquals("Cannot read the rows.", word(desk));
      desk.clear();
      assertTrue(desk.awaitWord(Duration.ofMillis(1)).isEmpty());
    }
  }

  private static String word(DriverDesk desk) {
    return desk.awaitWord(Duration.ofSeconds(1)).orElseThrow().getMessage();
  }
}
