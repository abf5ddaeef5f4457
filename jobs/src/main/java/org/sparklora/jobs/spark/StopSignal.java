package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkContext;
import org.sparklora.ExitCode;
import org.sparklora.Log;
import org.sparklora.storage.StoreWatch;

/**
 * SIGTERM and Ctrl-C as a request: the JVM's shutdown waits until the job has saved and reported
 * it. Others may ask for the same.
 *
 * <p>The hook runs in Hadoop's sequence of hooks, before Spark's own, which stops the context.
 */
public final class StopSignal {
  private static final Log LOG = Log.of(StopSignal.class);
  private static final int BEFORE_SPARK = 1_000;
  private static final String BY_SIGNAL = "a signal";
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Thread job = Thread.currentThread();
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile String asked = "";
  private volatile boolean signalled;
  private volatile ExitCode code = ExitCode.STOPPED;
  private IntConsumer end = code -> {};
  private volatile Runnable urging = () -> {};
  private volatile Consumer<String> lastWords = sentence -> {};

  /** A signal to the job of this thread, which only {@link #ask} raises. */
  public StopSignal() {}

  /**
   * Installs the hook; the process ends at the latest {@code limit} after the signal.
   *
   * @param end ends the process with a code, once the job has reported
   */
  public static StopSignal install(Duration limit, IntConsumer end) {
    StopSignal signal = new StopSignal();
    signal.end = end;
    ShutdownHookManager.get()
        .addShutdownHook(
            () -> signal.await(limit), BEFORE_SPARK, limit.toSeconds(), TimeUnit.SECONDS);
    return signal;
  }

  public void ask() {
    ask(BY_SIGNAL);
  }

  /**
   * As {@link #ask()}.
   *
   * @param by who asks, for messages
   */
  public void ask(String by) {
    asked = by;
  }

  public boolean isAsked() {
    return !asked.isEmpty();
  }

  /** Who asked for the stop. */
  public String by() {
    return asked;
  }

  /** Jobs that have nothing to save are cancelled at a signal, again and again until the end. */
  public void cancels(SparkContext context) {
    urging =
        () -> {
          if (!context.isStopped()) {
            context.cancelAllJobs();
          }
        };
  }

  /** Takes the sentence of an end that the job itself cannot tell. */
  public void tellsBy(Consumer<String> words) {
    lastWords = words;
  }

  private void tellLast(String sentence) throws InterruptedException {
    LOG.warn("{}", sentence);
    // The place where it is told may lie on a store that is silent, too.
    Thread telling = new Thread(() -> lastWords.accept(sentence), "last words");
    telling.setDaemon(true);
    telling.start();
    telling.join(LAST_WORDS.toMillis());
  }

  /** Whether the process is ending by a signal. */
  public boolean isSignalled() {
    return signalled;
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
    signalled = true;
    ask();
    try {
      if (isFinishedWithin(limit)) {
        end.accept(code.code());
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
    for (urging.run(); !finished.await(1, TimeUnit.SECONDS); urging.run()) {
      Optional<String> waiting = StoreWatch.longWaitOf(job);
      if (waiting.isPresent()) {
        tellLast(
            "Stopped by a signal while waiting for the store %s. Run the same command again to go on."
                .formatted(waiting.get()));
        return true;
      }
      if (System.nanoTime() > deadline) {
        return false;
      }
    }
    return true;
  }
}
