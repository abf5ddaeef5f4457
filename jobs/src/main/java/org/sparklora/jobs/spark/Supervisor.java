package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;

/**
 * Makes attempts until the work is done: a failed one is followed by the next from the newest
 * committed checkpoint, with the ranks that are there. Messages and files call an attempt of a run
 * its generation.
 */
public final class Supervisor {
  /** So many failures in a row without a new checkpoint end the run. */
  static final int MOST_FAILURES = 4;

  private static final Log LOG = Log.of(Supervisor.class);

  private final Slots slots;
  private final Ranks ranks;
  private final LongSupplier committedStep;
  private final Consumer<String> news;
  // Those who did not come within the limit are not waited for again, until a failure.
  private boolean waitedInVain;

  /**
   * Uses what it is given, and holds nothing else.
   *
   * @param committedStep the newest committed step, read from storage; −1 when there is none
   * @param news takes a line for each attempt that failed and is followed by another
   */
  public Supervisor(Slots slots, Ranks ranks, LongSupplier committedStep, Consumer<String> news) {
    this.slots = slots;
    this.ranks = ranks;
    this.committedStep = committedStep;
    this.news = news;
  }

  /** How many ranks are wanted, how few will do, and how long to wait for those wanted. */
  public record Ranks(int wanted, int fewest, Duration limit) {}

  /** The cluster's slots for ranks. */
  public interface Slots {
    /** Waits until there are {@code wanted}, or {@code limit} has passed; returns what is there. */
    int await(int wanted, Duration limit);
  }

  /** One attempt: one Spark job. */
  public interface Attempt {
    /** Returns when its segment is done; {@code number} counts 0, 1, 2 … in this process. */
    void run(int number, int ranks) throws Exception;
  }

  /** Work that is done once. */
  public interface Work<T> {
    T run(int ranks) throws Exception;
  }

  /** Does {@code work} with the ranks that are there, and again only after a failure. */
  public <T> T once(Work<T> work) {
    List<T> done = new ArrayList<>();
    run(step -> done.isEmpty(), (number, there) -> done.add(work.run(there)));
    return done.get(0);
  }

  /**
   * Makes attempts while the newest committed step is {@code unfinished}; fails when they make no
   * progress.
   */
  public void run(LongPredicate unfinished, Attempt attempt) {
    int failures = 0;
    for (int number = 0; ; number++) {
      long before = committedStep.getAsLong();
      if (!unfinished.test(before)) {
        return;
      }
      try {
        attempt.run(number, awaitRanks());
        failures = 0;
      } catch (Exception e) {
        rethrowIfEnded(e);
        rethrowIfFinal(e);
        waitedInVain = false;
        long after = committedStep.getAsLong();
        failures = after > before ? 1 : failures + 1;
        if (failures >= MOST_FAILURES) {
          throw givenUp(e, after);
        }
        news.accept(
            "Generation %d failed (%d of %d without a new checkpoint); newest checkpoint: %s. %s"
                .formatted(number, failures, MOST_FAILURES, step(after), summary(e)));
      }
    }
  }

  /** Waits for the wanted ranks, or as many as come; fails when they are too few. */
  private int awaitRanks() {
    int there = slots.await(ranks.wanted(), waitedInVain ? Duration.ZERO : ranks.limit());
    if (there < ranks.fewest()) {
      throw Failure.cluster(
          "Cannot train, too few executors came within %d s: slots for %d ranks (expected at least %d). Give the application more executors, raise --executor_wait or lower --min_ranks."
              .formatted(ranks.limit().toSeconds(), there, ranks.fewest()));
    }
    waitedInVain = there < ranks.wanted();
    if (waitedInVain) {
      LOG.warn("Going on with {} ranks instead of {}", there, ranks.wanted());
    }
    return Math.min(there, ranks.wanted());
  }

  /** Without its application a run cannot go on; what lies in storage can be told all the same. */
  private void rethrowIfEnded(Exception e) {
    EndedApplication.failure(e)
        .filter(f -> f.exitCode() == ExitCode.ENDED)
        .ifPresent(
            f -> {
              throw withNewest(f);
            });
  }

  private Failure withNewest(Failure ended) {
    String newest = step(committedStep.getAsLong());
    return new Failure(
        ended.exitCode(), ended.getMessage() + " Newest checkpoint: " + newest + ".", ended);
  }

  private static void rethrowIfFinal(Exception e) {
    Causes.failure(e)
        .filter(Causes::isFinal)
        .ifPresent(
            f -> {
              throw f;
            });
  }

  private static Failure givenUp(Exception last, long step) {
    boolean storage =
        Causes.failure(last).filter(f -> f.exitCode() == ExitCode.STORAGE).isPresent();
    return new Failure(
        storage ? ExitCode.STORAGE : ExitCode.WORKERS,
        "Cannot go on training, the ranks failed %d times in a row without a new checkpoint, at last: %s (expected progress). Mend that and start again; newest checkpoint: %s."
            .formatted(MOST_FAILURES, summary(last), step(step)),
        last);
  }

  private static String step(long step) {
    return step < 0 ? "none" : "step " + step;
  }

  private static String summary(Exception e) {
    return Causes.lastMessage(e);
  }
}
