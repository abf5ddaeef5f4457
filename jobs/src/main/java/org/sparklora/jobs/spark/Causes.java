package org.sparklora.jobs.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.collective.PeerLost;
import org.sparklora.command.Breakdown;
import org.sparklora.tensor.DeviceFault;

/** Finds what really happened in the causes of Spark's exceptions. */
public final class Causes {
  private static final int DEEPEST = 50;

  /** Spark's words before why a task of a barrier stage failed, such as a lost executor. */
  private static final String BARRIER_FAILED = " finished unsuccessfully.";

  /** These say what a user has to change; another attempt would end in the same way. */
  private static final Set<ExitCode> FINAL =
      Set.of(
          ExitCode.USAGE,
          ExitCode.INPUT,
          ExitCode.CLUSTER,
          ExitCode.DIVERGED,
          ExitCode.HELD,
          ExitCode.ENDED,
          ExitCode.STOPPED);

  private Causes() {}

  /** Whether no further attempt can end otherwise. */
  static boolean isFinal(Failure failure) {
    return FINAL.contains(failure.exitCode());
  }

  /** The first of our own failures in the chain of causes, or the one that a task told. */
  public static Optional<Failure> failure(Throwable thrown) {
    return chain(thrown).stream()
        .flatMap(
            at ->
                at instanceof Failure failure
                    ? Optional.of(failure).stream()
                    : FailedTasks.toldBefore(at).stream())
        .findFirst();
  }

  /** As {@link #failure}, or what a damaged file or a JVM that broke down threw. */
  static Optional<Failure> failureOrDamage(Throwable thrown) {
    return failure(thrown)
        .or(() -> tooLittleMemory(thrown))
        .or(() -> here().within(thrown))
        .or(() -> DamagedParquet.failure(chain(thrown)));
  }

  /** What a damaged file threw in Spark's own readers. */
  static Optional<Failure> damage(Throwable thrown) {
    return DamagedParquet.failure(chain(thrown));
  }

  /** Where nobody could make do with less. */
  private static Optional<Failure> tooLittleMemory(Throwable thrown) {
    return DeviceFault.of(thrown)
        .filter(fault -> fault == DeviceFault.OUT_OF_MEMORY)
        .map(
            fault ->
                Failure.cluster(
                    "Cannot go on, the device has too little memory: %s (expected enough). Lower --batch_size or --max_new_tokens, take --base_dtype bf16 or a smaller base, or use a device with more memory."
                        .formatted(DeviceFault.said(thrown)),
                    thrown));
  }

  /**
   * As {@link #failure}, or else what a damaged file, a JVM that broke down, the cluster or Spark's
   * own readers and writers of files threw; the end of the application comes before all.
   */
  public static Optional<Failure> failureOrStorage(Throwable thrown) {
    return EndedApplication.failure(thrown)
        .or(() -> failureOrDamage(thrown))
        .or(() -> ClusterTrouble.failure(chain(thrown)))
        .or(
            () ->
                chain(thrown).stream()
                    .filter(IOException.class::isInstance)
                    .findFirst()
                    .map(e -> storage(e, thrown)));
  }

  /** The process that this is. */
  private static Breakdown here() {
    SparkEnv env = SparkEnv.get();
    return env == null || env.executorId().equals("driver")
        ? new Breakdown("the driver", "--driver-memory", "spark.driver.extraJavaOptions")
        : new Breakdown(
            "an executor (%s)".formatted(ExecutorHost.current()),
            "--executor-memory",
            "spark.executor.extraJavaOptions");
  }

  private static Failure storage(Throwable cause, Throwable thrown) {
    return Failure.storage(
        "Cannot read or write a table, the store answered %s '%s' (expected it to work). Check path, permissions, free space and connection."
            .formatted(
                cause.getClass().getSimpleName(),
                String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
        thrown);
  }

  /**
   * The message of our own failure or of a rank that missed a peer, if there is one; else the first
   * line of the innermost exception that has a message, and the second where the first only
   * announces it.
   */
  static String lastMessage(Throwable thrown) {
    String message = thrown.getClass().getSimpleName();
    for (Throwable at : chain(thrown)) {
      List<String> lines = String.valueOf(at.getMessage()).lines().limit(2).toList();
      if (at.getMessage() != null && !lines.isEmpty()) {
        boolean announced = lines.get(0).endsWith(BARRIER_FAILED) && lines.size() > 1;
        message = announced ? lines.get(0) + " " + lines.get(1) : lines.get(0);
      }
      if (at instanceof PeerLost || at instanceof Failure) {
        return message;
      }
    }
    return message;
  }

  /** The first lines of all that is said, the outermost first, none twice. */
  public static String sentences(Throwable thrown) {
    Set<String> said = new LinkedHashSet<>();
    for (Throwable at : chain(thrown)) {
      String line = String.valueOf(at.getMessage()).lines().findFirst().orElse("");
      boolean known = said.stream().anyMatch(s -> s.contains(line) || line.contains(s));
      if (at.getMessage() != null && !known) {
        said.add(line);
      }
    }
    return said.isEmpty() ? thrown.getClass().getSimpleName() : String.join("; ", said);
  }

  static boolean has(Throwable thrown, Class<? extends Throwable> type) {
    return chain(thrown).stream().anyMatch(type::isInstance);
  }

  private static List<Throwable> chain(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable at = thrown; at != null && chain.size() < DEEPEST; at = at.getCause()) {
      chain.add(at);
    }
    return chain;
  }
}
