package org.sparklora.jobs;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sparklora.ExitCode;
import org.sparklora.Log;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.spark.Causes;

/**
 * A job as the process that it is: it ends at once, with one sentence and its exit code, whatever
 * is thrown. An {@link Error} in a thread of Spark's ends it too: whoever waits for that thread
 * would wait for ever.
 */
final class JobProcess {
  private static final Log LOG = Log.of(JobProcess.class);

  /** How long hooks and folders may keep a process that broke down. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(30);

  private final String job;
  private final PrintStream err;
  private final Consumer<ExitCode> finish;
  private boolean ending;

  /**
   * Of one job.
   *
   * @param finish called with the exit code before the process ends
   */
  JobProcess(String job, PrintStream err, Consumer<ExitCode> finish) {
    this.job = job;
    this.err = err;
    this.finish = finish;
  }

  /** Runs the job; its caller exits with the code that this comes to. */
  JobOutcome run(Supplier<JobOutcome> work) {
    // Classes that tell of an end have to be there when there is no memory for more.
    outcome(new OutOfMemoryError("Metaspace"));
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught(thread, thrown));
    JobOutcome outcome;
    try {
      outcome = work.get();
    } catch (Throwable thrown) {
      outcome = told(thrown);
    }
    while (!isFirstEnd()) {
      LockSupport.park(); // another thread ends the process
    }
    finish.accept(outcome.code());
    return outcome;
  }

  private void uncaught(Thread thread, Throwable thrown) {
    if (!(thrown instanceof Error)) {
      LOG.error("Thread {} ended", thread.getName(), thrown);
    } else if (isFirstEnd()) {
      JobOutcome outcome = told(thrown);
      finish.accept(outcome.code());
      System.exit(outcome.code().code());
    }
  }

  private synchronized boolean isFirstEnd() {
    boolean first = !ending;
    ending = true;
    return first;
  }

  /** Tells how the process ends; where even that fails, it ends here. */
  private JobOutcome told(Throwable thrown) {
    try {
      JobOutcome outcome = outcome(thrown);
      haltAfter(LAST_WORDS, outcome.code());
      err.println(outcome.message());
      OutputPlace.tellWhereOpen(outcome);
      return outcome;
    } catch (Throwable again) {
      // No word that would load a class.
      err.println("Cannot go on, the process broke down: ".concat(String.valueOf(thrown)));
      Runtime.getRuntime().halt(ExitCode.CLUSTER.code());
      throw again;
    }
  }

  private JobOutcome outcome(Throwable thrown) {
    return Causes.failureOrStorage(thrown)
        .map(JobOutcome::of)
        .orElseGet(() -> JobOutcome.ofDefect(job, thrown));
  }

  private static void haltAfter(Duration limit, ExitCode code) {
    Thread halting =
        new Thread(
            () -> {
              LockSupport.parkNanos(limit.toNanos());
              Runtime.getRuntime().halt(code.code());
            },
            "end");
    halting.setDaemon(true);
    try {
      halting.start();
    } catch (OutOfMemoryError noThread) {
      LOG.debug("No thread is left to end the process in time", noThread);
    }
  }
}
