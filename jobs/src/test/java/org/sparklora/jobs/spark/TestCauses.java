package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.collective.PeerLost;

class TestCauses {
  @Test
  void ourOwnFailureIsFoundWhereverItLies() {
    Failure own = Failure.input("Cannot x.", new IOException("deeper"));
    assertSame(own, Causes.failureOrStorage(new SparkException("task", own)).orElseThrow());
  }

  @Test
  void anErrorOfSparksOwnFilesIsAStorageFailure() {
    Exception thrown = new SparkException("Job aborted", new IOException("No space\nat all"));
    Failure failure = Causes.failureOrStorage(thrown).orElseThrow();
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertEquals(
        "Cannot read or write a table, the store answered IOException 'No space' (expected it to work). Check path, permissions, free space and connection.",
        failure.getMessage());
    assertEquals(Optional.empty(), Causes.failure(thrown));
  }

  @Test
  void whatOursSayIsTheMessageAndNotSparksWordsAroundIt() {
    Exception spark = new SparkException("Job aborted\nat some place");
    assertEquals("Job aborted", Causes.lastMessage(spark));
    assertEquals("rank 1 is gone", Causes.lastMessage(new PeerLost("rank 1 is gone", spark)));
    assertEquals(
        "Cannot write.",
        Causes.lastMessage(new Failure(ExitCode.STORAGE, List.of("Cannot write.", "More."))));
    assertEquals("IllegalStateException", Causes.lastMessage(new IllegalStateException()));
  }

  @Test
  void anExecutorThatSparkMissedBeforeTheRanksDidIsNamed() {
    Exception spark =
        new SparkException(
            """
            Job aborted due to stage failure: Stage failed because barrier task ResultTask(8, 0) finished unsuccessfully.
            ExecutorLostFailure (executor 0 exited caused by one of the running tasks) Reason: Command exited with code 137
            Driver stacktrace:
            """);
    assertEquals(
        "Job aborted due to stage failure: Stage failed because barrier task ResultTask(8, 0) finished unsuccessfully. ExecutorLostFailure (executor 0 exited caused by one of the running tasks) Reason: Command exited with code 137",
        Causes.lastMessage(spark));
  }

  @Test
  void whatSparkSaysOfItsClusterIsNoDefect() {
    assertSaid(
        ExitCode.WORKERS,
        "Cannot go on, an executor was lost once too often: executor 3, Command exited with code 137 (expected it to live). Raise --executor-memory or spark.executor.memoryOverhead (52 and 137 mean too little memory), and look into its log.",
        "Job aborted due to stage failure: Task 0 in stage 2.0 failed 4 times, most recent failure: Lost task 0.3 in stage 2.0 (TID 8) (192.0.2.2 executor 3): ExecutorLostFailure (executor 3 exited caused by one of the running tasks) Reason: Command exited with code 137\nDriver stacktrace:");
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the results of 7 tasks are too large for the driver: 1.1 GiB (expected less than spark.driver.maxResultSize). Raise it, and --driver-memory.",
        "Job aborted due to stage failure: Total size of serialized results of 7 tasks (1.1 GiB) is bigger than spark.driver.maxResultSize (1024.0 MiB)");
  }

  @Test
  void anOldJavaOfAnExecutorIsNamed() {
    UnsupportedClassVersionError error =
        assertThrows(UnsupportedClassVersionError.class, () -> new Newer().define());
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, an executor's Java is too old: it met class files of version 99 and knows those up to %d (expected Java 17, which is 61, or later; 52 is Java 8, 55 is Java 11). Set spark.executorEnv.JAVA_HOME, and in YARN's cluster mode spark.yarn.appMasterEnv.JAVA_HOME, to a newer one on every host."
            .formatted(Runtime.version().feature() + 44),
        "Job aborted due to stage failure: Task 0 in stage 0.0 failed 4 times, most recent failure: Lost task 0.3 in stage 0.0 (TID 3) (192.0.2.2 executor 1): "
            + error
            + "\n\tat java.lang.ClassLoader.defineClass1(Native Method)\nDriver stacktrace:");
  }

  /** Has a class of a Java that is not there yet. */
  private static final class Newer extends ClassLoader {
    Class<?> define() throws IOException {
      try (InputStream own = TestCauses.class.getResourceAsStream("TestCauses.class")) {
        byte[] bytes = own.readAllBytes();
        bytes[7] = 99;
        return defineClass(null, bytes, 0, bytes.length);
      }
    }
  }

  @Test
  void anErrorOfTheJvmIsNoDefectWhereverItStands() {
    Failure failure =
        Causes.failureOrStorage(
                new SparkException(
                    "Job aborted", new IOException(new OutOfMemoryError("Metaspace"))))
            .orElseThrow();
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
  }

  private static void assertSaid(ExitCode code, String message, String spark) {
    Failure failure = Causes.failureOrStorage(new SparkException(spark)).orElseThrow();
    assertEquals(message, failure.getMessage());
    assertEquals(code, failure.exitCode());
  }

  @Test
  void anythingElseIsNeither() {
    Exception thrown = new SparkException("Job aborted", new IllegalStateException("a defect"));
    assertEquals(Optional.empty(), Causes.failureOrStorage(thrown));
  }
}
