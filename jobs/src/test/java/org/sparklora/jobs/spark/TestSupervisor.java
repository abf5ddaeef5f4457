package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestSupervisor {
  private static final Supervisor.Ranks TWO = new Supervisor.Ranks(2, 1, Duration.ofSeconds(7));

  private final List<String> ran = new ArrayList<>();
  private final List<String> news = new ArrayList<>();
  private long committed = -1;
  private int slots = 2;

  @Test
  void aSegmentAfterTheOtherUntilFinished() {
    supervisor(TWO).run(step -> step < 3, (number, ranks) -> step(number, ranks, true));
    assertEquals(List.of("0 on 2", "1 on 2", "2 on 2", "3 on 2"), ran);
  }

  @Test
  void goesOnWithFewerRanksAndTakesTheOthersBack() {
    supervisor(TWO)
        .run(
            step -> step < 1,
            (number, ranks) -> {
              slots = number == 0 ? 1 : 4;
              step(number, ranks, number > 0);
            });
    assertEquals(List.of("0 on 2", "1 on 1", "2 on 2"), ran);
    assertEquals(
        List.of(
            "Generation 0 failed (1 of 4 without a new checkpoint); newest checkpoint: none. rank 1 is gone"),
        news);
  }

  @Test
  void fourFailuresWithoutACheckpointEndTheRunAndNameTheLastGoodStep() {
    committed = 40;
    Failure failure =
        failureOf(
            (number, ranks) -> {
              step(number, ranks, false);
              throw new IOException("Job aborted", new IOException("rank 1 is gone"));
            });
    assertEquals(ExitCode.WORKERS, failure.exitCode());
    assertEquals(4, ran.size());
    assertEquals(
        "Cannot go on training, the ranks failed 4 times in a row without a new checkpoint, at last: rank 1 is gone (expected progress). Mend that and start again; newest checkpoint: step 40.",
        failure.getMessage());
  }

  @Test
  void workForOnceIsDoneAgainAfterAFailureOnly() {
    int answer =
        supervisor(TWO)
            .once(
                ranks -> {
                  step(ran.size(), ranks, !ran.isEmpty());
                  return 10 * ranks;
                });
    assertEquals(20, answer);
    assertEquals(List.of("0 on 2", "1 on 2"), ran);
    assertEquals(1, news.size());
  }

  @Test
  void failuresWithCheckpointsInBetweenDoNotCount() {
    supervisor(TWO)
        .run(
            step -> step < 9,
            (number, ranks) -> {
              step(number, ranks, true);
              throw new IOException("killed");
            });
    assertEquals(10, ran.size());
  }

  @Test
  void storageThatKeepsFailingIsExitCodeSix() {
    Failure failure =
        failureOf(
            (number, ranks) -> {
              throw Failure.storage("Cannot write X.", new IOException("503"));
            });
    assertEquals(ExitCode.STORAGE, failure.exitCode());
  }

  @Test
  void whatAUserMustChangeEndsAtOnce() {
    Failure inside = Failure.input("Cannot use the table.");
    Failure failure =
        failureOf(
            (number, ranks) -> {
              ran.add("once");
              throw new IOException("Job aborted", inside);
            });
    assertEquals(inside, failure);
    assertEquals(List.of("once"), ran);
  }

  @Test
  void theEndOfTheApplicationEndsTheRunAtOnceToo() {
    Failure ended = new Failure(ExitCode.ENDED, "Cannot go on, it was killed.");
    Failure failure =
        failureOf(
            (number, ranks) -> {
              ran.add("once");
              throw ended;
            });
    assertEquals(ended, failure);
    assertEquals(List.of("once"), ran);
  }

  @Test
  void tooFewRanksIsExitCodeFour() {
    slots = 1;
    Supervisor.Ranks two = new Supervisor.Ranks(2, 2, Duration.ofSeconds(7));
    Failure failure =
        assertThrows(Failure.class, () -> supervisor(two).run(step -> true, (n, r) -> ran.add("")));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(
        "Cannot train, too few executors came within 7 s: slots for 1 ranks (expected at least 2). Give the application more executors, raise --executor_wait or lower --min_ranks.",
        failure.getMessage());
    assertTrue(ran.isEmpty());
  }

  @Test
  void missingRanksAreWaitedForOnceAndAgainAfterAFailure() {
    slots = 1;
    List<Duration> limits = new ArrayList<>();
    Supervisor.Slots one =
        (wanted, limit) -> {
          limits.add(limit);
          return slots;
        };
    Supervisor supervisor = new Supervisor(one, TWO, () -> committed, news::add);
    supervisor.once(ranks -> ranks);
    supervisor.run(step -> step < 1, (number, ranks) -> step(number, ranks, number > 0));
    Duration whole = Duration.ofSeconds(7);
    assertEquals(List.of(whole, Duration.ZERO, whole, Duration.ZERO), limits);
  }

  /** Of a run that never finishes. */
  private Failure failureOf(Supervisor.Attempt attempt) {
    return assertThrows(Failure.class, () -> supervisor(TWO).run(step -> true, attempt));
  }

  private void step(int number, int ranks, boolean commits) throws IOException {
    ran.add(number + " on " + ranks);
    if (commits) {
      committed++;
    } else if (number == 0) {
      throw new IOException("Job aborted", new IOException("rank 1 is gone"));
    }
  }

  private Supervisor supervisor(Supervisor.Ranks ranks) {
    return new Supervisor((wanted, limit) -> slots, ranks, () -> committed, news::add);
  }
}
