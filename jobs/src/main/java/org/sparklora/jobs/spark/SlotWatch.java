package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/**
 * Who looks on while a job waits for slots: news count down, and a stop ends the wait.
 *
 * @param stopAsked whether somebody asks to stop
 * @param by who does
 */
public record SlotWatch(Consumer<String> news, BooleanSupplier stopAsked, Supplier<String> by) {
  /** Between two lines of news. */
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Of a wait that is only known to be short. */
  static final SlotWatch NONE = new SlotWatch(line -> {}, () -> false, () -> "");

  Wait begin(int wanted) {
    return new Wait(wanted);
  }

  /** One wait. */
  final class Wait {
    private final int wanted;
    private Duration nextNews;

    private Wait(int wanted) {
      this.wanted = wanted;
    }

    /** Called about every second while there are too few. */
    void lasts(int there, Duration left) {
      if (stopAsked.getAsBoolean()) {
        throw new Failure(
            ExitCode.STOPPED,
            "Stopped by %s while waiting for executors: slots for %d ranks are there (expected %d). Run the same command again."
                .formatted(by.get(), there, wanted));
      }
      if (nextNews == null || left.compareTo(nextNews) <= 0) {
        nextNews = left.minus(INTERVAL);
        news.accept(
            "Waiting up to %d s for slots for %d ranks, %d are there (--executor_wait, --num_ranks)"
                .formatted(Math.round(left.toMillis() / 1e3), wanted, there));
      }
    }
  }
}
