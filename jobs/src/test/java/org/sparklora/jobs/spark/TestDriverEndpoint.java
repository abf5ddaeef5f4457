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
import org.sparklora.jobs.spark.DriverEndpoint.Order;

/** What a rank does with the driver's orders. */
@Timeout(300)
class TestDriverEndpoint {
  private final String name = "endpoint-" + UUID.randomUUID();

  @BeforeAll
  static void startSpark() {
    LocalSpark.session();
  }

  @Test
  void aRankWaitsUntilTheDriverKnowsThatItMayWrite() {
    Iterator<Order> orders = List.of(Order.WAIT, Order.WAIT, Order.GO_ON).iterator();
    try (DriverEndpoint endpoint =
        DriverEndpoint.open(name, () -> next(orders), line -> {}, figures -> {})) {
      endpoint.clear();
      DriverClient client = DriverClient.to(name);
      client.awaitRightToWrite();
      assertFalse(orders.hasNext());
      assertFalse(client.stopAsked());
    }
  }

  @Test
  void aStopAfterWaitingIsAStop() {
    Iterator<Order> orders = List.of(Order.WAIT, Order.STOP).iterator();
    try (DriverEndpoint endpoint =
        DriverEndpoint.open(name, () -> next(orders), line -> {}, figures -> {})) {
      endpoint.clear();
      DriverClient client = DriverClient.to(name);
      client.awaitRightToWrite();
      assertTrue(client.stopAsked());
    }
  }

  @Test
  void waitingHasALimit() {
    try (DriverEndpoint endpoint =
        DriverEndpoint.open(name, () -> Order.WAIT, line -> {}, figures -> {})) {
      endpoint.clear();
      DriverClient client = DriverClient.to(name, Duration.ofMillis(500));
      Failure failure = assertThrows(Failure.class, client::awaitRightToWrite);
      assertEquals(ExitCode.STORAGE, failure.exitCode());
      assertEquals(
          "Cannot go on training, the driver does not know whether it still holds the output folder: the store has not answered it for 0 s (expected at most 0). Mend the store and run the command again; it resumes.",
          failure.getMessage());
    }
  }

  @Test
  void anAbandonedRunEndsWithSeven() {
    try (DriverEndpoint endpoint =
        DriverEndpoint.open(name, () -> Order.ABANDON, line -> {}, figures -> {})) {
      endpoint.clear();
      Failure failure = assertThrows(Failure.class, DriverClient.to(name)::awaitRightToWrite);
      assertEquals(ExitCode.HELD, failure.exitCode());
      assertEquals(
          "Cannot go on training, the driver lost its hold on the output folder. Run the command again; it resumes.",
          failure.getMessage());
    }
  }

  @Test
  void aFailureSaysMoreThanTheLossThatFollowsFromIt() {
    try (DriverEndpoint endpoint =
        DriverEndpoint.open(name, () -> Order.GO_ON, line -> {}, figures -> {})) {
      DriverClient client = DriverClient.to(name);
      client.lost(new PeerLost("rank 1 is gone"));
      assertEquals("rank 1 is gone", firstFailure(endpoint));
      client.failed(Failure.input("Cannot read the rows."));
      client.lost(new PeerLost("rank 0 is gone"));
      assertEquals("Cannot read the rows.", firstFailure(endpoint));
      endpoint.clear();
      assertTrue(endpoint.awaitFirstFailure(Duration.ofMillis(1)).isEmpty());
    }
  }

  /** The last order stands for good. */
  private static Order next(Iterator<Order> orders) {
    return orders.hasNext() ? orders.next() : Order.GO_ON;
  }

  private static String firstFailure(DriverEndpoint endpoint) {
    return endpoint.awaitFirstFailure(Duration.ofSeconds(1)).orElseThrow().getMessage();
  }
}
