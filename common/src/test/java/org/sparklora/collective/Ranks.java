package org.sparklora.collective;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Runs one task per rank, each on its own thread, and returns their results in rank order. */
public final class Ranks {
  private static final long LIMIT_SECONDS = 120;

  private Ranks() {}

  /**
   * Fails with the first rank's exception, unwrapped when it is a runtime exception; no rank runs
   * on, so the next call may use the same models.
   */
  public static <T> List<T> run(int ranks, IntFunction<T> task) {
    List<T> results = new ArrayList<>();
    RuntimeException first = null;
    for (Future<T> outcome : start(ranks, task)) {
      try {
        results.add(await(outcome));
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return results;
  }

  /** Daemon threads: a rank that hangs fails its test, not the build. */
  static <T> List<Future<T>> start(int ranks, IntFunction<T> task) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            ranks,
            work -> {
              Thread thread = new Thread(work, "rank");
              thread.setDaemon(true);
              return thread;
            });
    List<Future<T>> outcomes = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      int mine = rank;
      outcomes.add(threads.submit(() -> task.apply(mine)));
    }
    threads.shutdown();
    return outcomes;
  }

  static <T> T await(Future<T> outcome) {
    try {
      return outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a rank failed", e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException("a rank did not end", e);
    }
  }
}
