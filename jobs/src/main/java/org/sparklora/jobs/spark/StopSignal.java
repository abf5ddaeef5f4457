package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparklora.ExitCode;

/**
 * SIGTERM and Ctrl-C as a request: the JVM's shutdown waits until the job has saved and reported
 * it.
 *
 * <p>The hook runs in Hadoop's sequence of hooks, before Spark's own, which stops the context.
 */
public final class StopSignal {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
  private static final int BEFORE_SPARK = 1_000;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean asked;
  private volatile ExitCode code = ExitCode.STOPPED;

  /** A signal that only {@link #ask} raises. */
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
      if (finished.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        // Ctrl-C would end with 130 and say nothing of what was saved.
        Runtime.getRuntime().halt(code.code());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
