package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.spark.DriverEndpoint.Order;
import org.sparklora.jobs.spark.Meeting.Arrival;

/** How the ranks of a generation learn of each other. */
@Timeout(300)
class TestDriverRendezvous {
  private static final String NAME = "meeting-" + UUID.randomUUID();
  private static final Duration LONG = Duration.ofMinutes(4);

  /** Counted down when a rank that waited has ended as its stage did. */
  private static final CountDownLatch KILLED = new CountDownLatch(1);

  @Test
  void nobodyLearnsAnythingBeforeAllHaveCome() {
    Meeting meeting = new Meeting();
    assertEquals(List.of(), meeting.with(new Arrival(7, 0, 1, 3, "one")));
    assertEquals(List.of(), meeting.with(new Arrival(7, 0, 0, 3, "zero")));
    assertEquals(List.of(), meeting.with(new Arrival(7, 0, 0, 3, "zero")), "asked again");
    List<String> all = List.of("zero", "one", "two");
    assertEquals(all, meeting.with(new Arrival(7, 0, 2, 3, "two")));
    assertEquals(all, meeting.with(new Arrival(7, 0, 1, 3, "one")), "asked again");
  }

  @Test
  void anAttemptNeverHearsOfAnother() {
    Meeting meeting = new Meeting();
    meeting.with(new Arrival(7, 0, 0, 2, "old zero"));
    assertEquals(List.of(), meeting.with(new Arrival(7, 1, 1, 2, "one")), "another attempt");
    assertEquals(List.of(), meeting.with(new Arrival(7, 0, 1, 2, "old one")), "too late");
    assertEquals(List.of("zero", "one"), meeting.with(new Arrival(7, 1, 0, 2, "zero")));
    assertEquals(List.of(), meeting.with(new Arrival(8, 0, 0, 2, "next zero")), "another stage");
    assertEquals(List.of(), meeting.with(new Arrival(7, 1, 0, 2, "zero")), "too late");
    assertEquals(List.of("next"), meeting.with(new Arrival(9, 0, 0, 1, "next")), "other ranks");
  }

  @Test
  void aLineMayHoldSpaces() {
    Arrival arrival = new Arrival(7, 1, 0, 2, "sparklora-exchange/1 run 0 127.0.0.1  9 ");
    assertEquals(arrival, Arrival.parse(arrival.text()));
  }

  @Test
  void theRanksOfAStageLearnAllLinesInTheirOrder() {
    try (DriverEndpoint endpoint = opened("all")) {
      List<List<String>> heard =
          BarrierStage.run(
              twoRanks(),
              Optional.empty(),
              rows -> {
                DriverRendezvous place = new DriverRendezvous(DriverClient.to(NAME + "all"));
                return place.exchange(place.rank() + " of " + place.ranks());
              });
      List<String> lines = List.of("0 of 2", "1 of 2");
      assertEquals(List.of(lines, lines), heard);
    }
  }

  @Test
  void waitingForTheOthersHasALimit() {
    try (DriverEndpoint endpoint = opened("limit")) {
      List<String> said =
          BarrierStage.run(
              twoRanks(),
              Optional.empty(),
              rows -> {
                DriverRendezvous place =
                    new DriverRendezvous(DriverClient.to(NAME + "limit"), Duration.ofMillis(50));
                return place.rank() == 0 ? thrownBy(place) : "";
              });
      assertEquals(
          "Cannot begin to train, not all ranks came: rank 0 of 2 waited 0 s (expected all within spark.barrier.sync.timeout). Look into the logs of the other executors.",
          said.get(0));
    }
  }

  @Test
  void aRankThatWaitsEndsWithItsStage() throws Exception {
    try (DriverEndpoint endpoint = opened("lost")) {
      assertThrows(
          Exception.class,
          () ->
              BarrierStage.run(
                  twoRanks(),
                  Optional.empty(),
                  rows -> {
                    DriverRendezvous place =
                        new DriverRendezvous(DriverClient.to(NAME + "lost"), LONG);
                    if (place.rank() == 1) {
                      throw new Failure(ExitCode.WORKERS, "Cannot come.");
                    }
                    return waitedInVain(place);
                  }));
      assertTrue(KILLED.await(60, TimeUnit.SECONDS));
    }
  }

  private static String waitedInVain(DriverRendezvous place) {
    try {
      return place.exchange("here").toString();
    } catch (TaskKilledException killed) {
      KILLED.countDown();
      throw killed;
    }
  }

  private static String thrownBy(DriverRendezvous place) {
    try {
      return place.exchange("here").toString();
    } catch (RuntimeException e) {
      return e.getMessage();
    }
  }

  private static DriverEndpoint opened(String name) {
    LocalSpark.session();
    return DriverEndpoint.open(NAME + name, () -> Order.GO_ON, line -> {}, figures -> {});
  }

  private static JavaRDD<Integer> twoRanks() {
    return new JavaSparkContext(LocalSpark.session().sparkContext()).parallelize(List.of(0, 1), 2);
  }
}
