package org.sparklora.jobs;

import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.apache.spark.SparkConf;
import org.sparklora.ExitCode;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.run.TerminationMessage;
import org.sparklora.jobs.run.YarnMaster;

/**
 * How a main class ends, once Spark has stopped: it returns when the job is done; else the process
 * ends with the outcome's code, or where YARN's application master is the process, by an exception.
 */
final class MainEnd {
  private static final long FIRST_THREAD = 1;
  private static final long LOOK_EVERY_NANOS = 50_000_000L;

  private MainEnd() {}

  /**
   * What ends a process that a signal stops, once its job has reported: with the job's code, since
   * Ctrl-C would end with 130; but YARN's application master has to say its own last words.
   */
  static IntConsumer afterSignal() {
    return YarnMaster.isThisProcess(new SparkConf())
        ? code -> {}
        : code -> Runtime.getRuntime().halt(code);
  }

  /** Writes how a process ends that a signal stops while its job waits. */
  static void tellWhereOpen(String sentence) {
    OutputPlace.tellWhereOpen(new JobOutcome(ExitCode.STOPPED, sentence, Map.of()));
  }

  /**
   * Ends the main class.
   *
   * @param signalled whether a signal stopped the job, so that its manager may start it again
   */
  static void of(JobOutcome outcome, boolean signalled) {
    SparkConf conf = new SparkConf();
    if (YarnMaster.isThisProcess(conf)) {
      YarnMaster.end(conf, outcome, signalled);
    } else if (outcome.code() == ExitCode.DONE) {
      endWithThisThread();
    } else {
      TerminationMessage.ofThisPod().write(outcome.message());
      System.exit(outcome.code().code());
    }
  }

  /**
   * Spark forgets to end the timer of barriers, a thread that keeps the process for ever: where
   * main's own thread is the process's first, its end is the process's.
   */
  private static void endWithThisThread() {
    Thread main = Thread.currentThread();
    if (main.getId() != FIRST_THREAD) {
      return;
    }
    Thread end =
        new Thread(
            () -> {
              while (main.isAlive()) {
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
              }
              System.exit(ExitCode.DONE.code());
            },
            "end");
    end.setDaemon(true);
    end.start();
  }
}
