package org.sparklora.jobs.spark;

import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkContext;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/**
 * Whether Spark ended this process's application while its job was at work: it was killed, the
 * master is lost, or executors failed too often. Whatever fails then, fails because of that.
 */
public final class EndedApplication {
  /** These were found out before, and say more. */
  private static final Set<ExitCode> SAY_MORE =
      Set.of(
          ExitCode.USAGE,
          ExitCode.INPUT,
          ExitCode.DIVERGED,
          ExitCode.HELD,
          ExitCode.ENDED,
          ExitCode.STOPPED);

  /** A process has one context. */
  private static volatile SparkContext watched;

  private EndedApplication() {}

  /** From now on this context must not stop. */
  public static void watch(SparkContext context) {
    watched = context;
  }

  /** From now on it may. */
  public static void forget() {
    watched = null;
  }

  /** Fails if the application was ended. */
  static void check() {
    if (isStopped()) {
      throw ended("its context was stopped");
    }
  }

  /** The end of the application, if that is why {@code thrown} was thrown. */
  static Optional<Failure> failure(Throwable thrown) {
    boolean interrupted = Causes.has(thrown, InterruptedException.class);
    if (watched == null || !(interrupted || isStopped() || isSignalled())) {
      return Optional.empty();
    }
    // YARN's application master interrupts main; what is left to write must not be.
    Thread.interrupted();
    return Causes.failure(thrown)
        .filter(f -> SAY_MORE.contains(f.exitCode()))
        .or(() -> Optional.of(ended(Causes.lastMessage(thrown))));
  }

  /** Of a wait of the job's own. */
  static Failure interrupted(InterruptedException e) {
    return new Failure(ExitCode.ENDED, ended("main was interrupted").getMessage(), e);
  }

  private static boolean isStopped() {
    SparkContext context = watched;
    return context != null && context.isStopped();
  }

  private static boolean isSignalled() {
    return ShutdownHookManager.get().isShutdownInProgress();
  }

  private static Failure ended(String why) {
    if (isSignalled()) {
      return new Failure(ExitCode.STOPPED, "Stopped by a signal. Run the same command again.");
    }
    return new Failure(
        ExitCode.ENDED,
        "Cannot go on, Spark or the cluster manager ended the application: %s (expected it to live until the job is done). Look for the reason at the manager, and run the same command again to go on."
            .formatted(why));
  }
}
