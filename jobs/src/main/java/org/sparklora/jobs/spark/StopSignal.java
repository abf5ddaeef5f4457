package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.sparklora.ExitCode;
import org.sparklora.Log;
import org.sparklora.storage.StoreWatch;

/**
 * SIGTERM and Ctrl-C as a request: the JVM's shutdown waits until the job has saved and reported
 * it.
 *
 * <p>The hook runs in Hadoop's sequence of hooks, before Spark's own, which stops the context.
 */
public final class StopSignal {
  private static final Log LOG = Log.of(StopSignal.class);
  private static final int BEFORE_SPARK = 1_000;

  private final Thread job = Thread.currentThread();
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean asked;
  private volatile ExitCode code = ExitCode.STOPPED;

  /** A signal to the job of this thread, which only {@link #ask} raises. */
  public StopSignal() {}

  /** Installs the hook; the process ends at the latest {@code limit} after the signal. */
  public static StopSignal install(Duration limit) {
    StopSignal signal = new StopSignal();
    ShutdownHookManager.get()
        .addShutdownHook(
            () -> signal.await(limit), BEFORE_SPARK, limit.toSeconds(), TimeUnit.SECONDS);
    return signal;
  }

  public void ask() {
    asked = true;
  }

  public boolean isAsked() {
    return asked;
  }

  /** The job is over and has told its outcome: a waiting shutdown goes on with its exit code. */
  public void finish(ExitCode outcome) {
    code = outcome;
    finished.countDown();
  }

  private void await(Duration limit) {
    if (finished.getCount() == 0) {
      return;
    }
    LOG.warn("A signal came: finishing the step and saving");
    ask();
    try {
      if (isFinishedWithin(limit)) {
        // Ctrl-C would end with 130 and say nothing of what was saved.
        Runtime.getRuntime().halt(code.code());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A job that a silent store keeps from ending counts as finished, too: it leaves nothing half.
   */
  private boolean isFinishedWithin(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!finished.await(1, TimeUnit.SECONDS)) {
      Optional<String> waiting = StoreWatch.longWaitOf(job);
      if (waiting.isPresent()) {
        LOG.warn(
            "Stopped by a signal while waiting for the store {}. Run the same command again to go on.",
            waiting.get());
        return true;
      }
      if (System.nanoTime() > deadline) {
        return false;
      }
    }
    return true;
  }
}
