package org.sparklora.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestBreakdown {
  private static final Breakdown DRIVER =
      new Breakdown("the driver", "--driver-memory", "spark.driver.extraJavaOptions");

  @Test
  void aFullHeapSaysWhichFlagRaisesIt() {
    long mib = Runtime.getRuntime().maxMemory() >> 20;
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the driver has too little Java heap: OutOfMemoryError 'Java heap space' at %d MiB (expected more). Raise --driver-memory, or give its tasks fewer cores."
            .formatted(mib),
        new OutOfMemoryError("Java heap space"));
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the driver has too little Java heap: OutOfMemoryError at %d MiB (expected more). Raise --driver-memory, or give its tasks fewer cores."
            .formatted(mib),
        new OutOfMemoryError());
  }

  @Test
  void memoryOutsideTheHeapHasItsOwnWords() {
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the driver has too little memory outside the heap: OutOfMemoryError 'Cannot reserve 9 bytes of direct buffer memory' (expected more). Add -XX:MaxDirectMemorySize=4g to spark.driver.extraJavaOptions.",
        new OutOfMemoryError("Cannot reserve 9 bytes of direct buffer memory"));
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the driver has too little memory for classes: OutOfMemoryError 'Metaspace' (expected more). Raise -XX:MaxMetaspaceSize in spark.driver.extraJavaOptions.",
        new OutOfMemoryError("Metaspace"));
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the driver cannot map a file: OutOfMemoryError 'Map failed' (expected address space for it). Raise vm.max_map_count or ulimit -v on its host.",
        new OutOfMemoryError("Map failed"));
  }

  @Test
  void threadsAndStacksAreNoHeap() {
    String threads =
        "unable to create native thread: possibly out of memory or process/resource limits reached";
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the driver gets no more threads: OutOfMemoryError '%s' (expected a higher limit of processes and memory). Raise ulimit -u or the container's limit of processes, or start fewer tasks at once; spark.driver.extraJavaOptions may set -Xss lower."
            .formatted(threads),
        new OutOfMemoryError(threads));
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the driver nests too deeply for its stack: StackOverflowError (expected a larger stack). Add -Xss64m to spark.driver.extraJavaOptions.",
        new StackOverflowError());
  }

  @Test
  void whatNoHeapHoldsIsTheInputs() {
    assertSaid(
        ExitCode.INPUT,
        "Cannot go on, the driver met one value that is too large for Java: OutOfMemoryError 'Requested array size exceeds VM limit' (expected less than 2 GiB). Make lines, values and files smaller.",
        new OutOfMemoryError("Requested array size exceeds VM limit"));
  }

  @Test
  void classesAndLibrariesAreNamed() {
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the driver has other classes than the application was built with: NoSuchMethodError 'boolean a.B.c()' (expected Java 17 or later and Spark 3.5 or 4, with Spark's --add-opens flags). Check SPARK_HOME, JAVA_HOME, --jars and spark.driver.extraJavaOptions.",
        new NoSuchMethodError("boolean a.B.c()"));
    assertSaid(
        ExitCode.CLUSTER,
        "Cannot go on, the driver cannot load a native library: UnsatisfiedLinkError 'no x in path' (expected the native jars of Linux on x86-64, and a java.io.tmpdir that may run code). Give them with --jars, as submit/*.sh does, or set java.io.tmpdir in spark.driver.extraJavaOptions.",
        new ExceptionInInitializerError(new UnsatisfiedLinkError("no x in path")));
  }

  @Test
  void aMappedFileThatBecameShorterIsTheStores() {
    assertSaid(
        ExitCode.STORAGE,
        "Cannot go on, a file that the driver had mapped became shorter or unreadable: InternalError 'a fault occurred in an unsafe memory access operation' (expected it unchanged while it is read). Check the model's folder, the cache of weights and their disk, and start again.",
        new InternalError("a fault occurred in an unsafe memory access operation"));
  }

  /** Spark looks for errors among the causes and ends a process that reports one. */
  @Test
  void theErrorIsFoundAmongTheCausesAndIsNoCauseOfTheFailure() {
    Failure failure =
        DRIVER.within(new IOException("Map failed", new OutOfMemoryError("Map failed"))).get();
    assertTrue(failure.getMessage().contains("cannot map a file"), failure.getMessage());
    assertNull(failure.getCause());
  }

  @Test
  void whatNobodyCanChangeIsADefect() {
    assertEquals(Optional.empty(), DRIVER.within(new AssertionError("oh")));
    assertEquals(Optional.empty(), DRIVER.within(new IllegalStateException("oh")));
  }

  private static void assertSaid(ExitCode code, String message, Error error) {
    Failure failure = DRIVER.within(error).get();
    assertEquals(message, failure.getMessage());
    assertEquals(code, failure.exitCode());
  }
}
