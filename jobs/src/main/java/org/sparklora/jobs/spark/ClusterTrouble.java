package org.sparklora.jobs.spark;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/** What Spark says of its cluster when it gives a job up: none of it is a defect of ours. */
final class ClusterTrouble {
  private static final List<Sentence> SENTENCES =
      List.of(
          new Sentence(
              "UnsupportedClassVersionError: \\S+ has been compiled by a more recent version of the Java Runtime \\(class file version (\\d+)\\.\\d+\\), this version of the Java Runtime only recognizes class file versions up to (\\d+)",
              ExitCode.CLUSTER,
              "Cannot go on, an executor's Java is too old: it met class files of version %s and knows those up to %s (expected Java 17, which is 61, or later; 52 is Java 8, 55 is Java 11). Set spark.executorEnv.JAVA_HOME, and in YARN's cluster mode spark.yarn.appMasterEnv.JAVA_HOME, to a newer one on every host."),
          new Sentence(
              "ExecutorLostFailure \\(executor (\\S+) exited.*?\\) Reason: ([^\\n]*)",
              ExitCode.WORKERS,
              "Cannot go on, an executor was lost once too often: executor %s, %s (expected it to live). Raise --executor-memory or spark.executor.memoryOverhead (52 and 137 mean too little memory), and look into its log."),
          new Sentence(
              "Total size of serialized results of (\\d+) tasks \\((.*?)\\) is bigger than spark.driver.maxResultSize",
              ExitCode.CLUSTER,
              "Cannot go on, the results of %s tasks are too large for the driver: %s (expected less than spark.driver.maxResultSize). Raise it, and --driver-memory."));

  private ClusterTrouble() {}

  /** A pattern in Spark's words, and what its groups mean to the user. */
  private record Sentence(Pattern said, ExitCode code, String message) {
    Sentence(String said, ExitCode code, String message) {
      this(Pattern.compile(said), code, message);
    }

    Optional<Failure> in(Throwable thrown) {
      Matcher found = said.matcher(String.valueOf(thrown.getMessage()));
      return found.find() ? Optional.of(failure(found.toMatchResult(), thrown)) : Optional.empty();
    }

    private Failure failure(MatchResult found, Throwable thrown) {
      Object[] groups = new Object[found.groupCount()];
      for (int i = 0; i < groups.length; i++) {
        groups[i] = found.group(i + 1).strip();
      }
      return new Failure(code, message.formatted(groups), thrown);
    }
  }

  static Optional<Failure> failure(List<Throwable> chain) {
    Function<Throwable, Optional<Failure>> told =
        thrown -> SENTENCES.stream().flatMap(s -> s.in(thrown).stream()).findFirst();
    return chain.stream().flatMap(thrown -> told.apply(thrown).stream()).findFirst();
  }
}
