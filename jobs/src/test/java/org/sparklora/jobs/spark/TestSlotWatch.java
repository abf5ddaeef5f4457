package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestSlotWatch {
  private final List<String> news = new ArrayList<>();
  private boolean stop;

  @Test
  void aWaitIsSaidAtOnceAndCountsDown() {
    SlotWatch.Wait wait = new SlotWatch(news::add, () -> stop, () -> "a signal").begin(3);
    for (int left = 60; left > 38; left--) {
      wait.lasts(2, Duration.ofSeconds(left));
    }
    assertEquals(List.of(waiting(60), waiting(50), waiting(40)), news);
  }

  @Test
  void aSignalEndsTheWait() {
    SlotWatch.Wait wait = new SlotWatch(news::add, () -> stop, () -> "a signal").begin(3);
    wait.lasts(2, Duration.ofSeconds(60));
    stop = true;
    Failure failure = assertThrows(Failure.class, () -> wait.lasts(2, Duration.ofSeconds(59)));
    assertEquals(ExitCode.STOPPED, failure.exitCode());
    assertEquals(
        "Stopped by a signal while waiting for executors: slots for 2 ranks are there (expected 3). Run the same command again.",
        failure.getMessage());
  }

  private static String waiting(int seconds) {
    return "Waiting up to %d s for slots for 3 ranks, 2 are there (--executor_wait, --num_ranks)"
        .formatted(seconds);
  }
}
