package org.sparklora.command;

import java.util.Locale;
import java.util.Optional;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/**
 * What a JVM could not do, {@link Error}s of memory, threads, classes and libraries, as failures
 * that say what to change.
 *
 * @param process what broke down, in words
 * @param heap what sets its heap
 * @param options what sets its other options
 */
public record Breakdown(String process, String heap, String options) {
  /** Of a command without Spark. */
  public static final Breakdown OF_COMMAND = new Breakdown("the process", "-Xmx", "its options");

  private static final int DEEPEST = 50;
  private static final long MIB = 1L << 20;

  /** The failure that an error among the causes stands for; nothing for a defect. */
  public Optional<Failure> within(Throwable thrown) {
    Throwable at = thrown;
    for (int depth = 0; at != null && depth < DEEPEST; depth++) {
      Optional<Failure> failure = at instanceof Error error ? of(error) : Optional.empty();
      if (failure.isPresent()) {
        return failure;
      }
      at = at.getCause();
    }
    return Optional.empty();
  }

  private Optional<Failure> of(Error error) {
    if (error instanceof OutOfMemoryError) {
      return Optional.of(memory(error, said(error).toLowerCase(Locale.ROOT)));
    }
    if (error instanceof StackOverflowError) {
      return Optional.of(
          lack(error, "nests too deeply for its stack", "a larger stack", "Add -Xss64m to %s."));
    }
    if (error instanceof UnsatisfiedLinkError) {
      return Optional.of(
          lack(
              error,
              "cannot load a native library",
              "the native jars of Linux on x86-64, and a java.io.tmpdir that may run code",
              "Give them with --jars, as submit/*.sh does, or set java.io.tmpdir in %s."));
    }
    if (error instanceof LinkageError && !(error.getCause() instanceof Error)) {
      return Optional.of(
          lack(
              error,
              "has other classes than the application was built with",
              "Java 17 or later and Spark 3.5 or 4, with Spark's --add-opens flags",
              "Check SPARK_HOME, JAVA_HOME, --jars and %s."));
    }
    return error instanceof InternalError && said(error).contains("unsafe memory access")
        ? Optional.of(fileCutShort(error))
        : Optional.empty();
  }

  private Failure memory(Error error, String said) {
    if (said.contains("native thread")) {
      return lack(
          error,
          "gets no more threads",
          "a higher limit of processes and memory",
          "Raise ulimit -u or the container's limit of processes, or start fewer tasks at once; %s may set -Xss lower.");
    }
    if (said.contains("direct")) {
      return lack(
          error,
          "has too little memory outside the heap",
          "more",
          "Add -XX:MaxDirectMemorySize=4g to %s.");
    }
    if (said.contains("metaspace") || said.contains("class space")) {
      return lack(
          error, "has too little memory for classes", "more", "Raise -XX:MaxMetaspaceSize in %s.");
    }
    if (said.contains("map failed")) {
      return lack(
          error,
          "cannot map a file",
          "address space for it",
          "Raise vm.max_map_count or ulimit -v on its host.");
    }
    return tooLargeForJava(said) ? tooLarge(error) : heap(error);
  }

  /** No heap helps: Java's arrays end at 2^31 elements. */
  private static boolean tooLargeForJava(String said) {
    return said.contains("array size exceeds")
        || said.contains("array length too large")
        || said.contains("length exceeds")
        || said.contains("string size");
  }

  private Failure tooLarge(Error error) {
    return failure(
        ExitCode.INPUT,
        "Cannot go on, %s met one value that is too large for Java: %s (expected less than 2 GiB). Make lines, values and files smaller."
            .formatted(process, named(error)),
        error);
  }

  private Failure heap(Error error) {
    return failure(
        ExitCode.CLUSTER,
        "Cannot go on, %s has too little Java heap: %s at %d MiB (expected more). Raise %s, or give its tasks fewer cores."
            .formatted(process, named(error), Runtime.getRuntime().maxMemory() / MIB, heap),
        error);
  }

  private Failure fileCutShort(Error error) {
    return failure(
        ExitCode.STORAGE,
        "Cannot go on, a file that %s had mapped became shorter or unreadable: %s (expected it unchanged while it is read). Check the model's folder, the cache of weights and their disk, and start again."
            .formatted(process, named(error)),
        error);
  }

  private Failure lack(Error error, String why, String expected, String remedy) {
    return failure(
        ExitCode.CLUSTER,
        "Cannot go on, %s %s: %s (expected %s). %s"
            .formatted(process, why, named(error), expected, remedy.formatted(options)),
        error);
  }

  /**
   * Has the error's stack but not the error itself: Spark ends an executor, or a local driver, that
   * reports one.
   */
  private static Failure failure(ExitCode code, String message, Error error) {
    Failure failure = new Failure(code, message);
    failure.setStackTrace(error.getStackTrace());
    return failure;
  }

  private static String named(Error error) {
    String said = said(error);
    String type = error.getClass().getSimpleName();
    return said.isEmpty() ? type : type + " '" + said + "'";
  }

  private static String said(Error error) {
    Object said = error.getMessage() == null ? error.getCause() : error.getMessage();
    return said == null ? "" : said.toString().lines().findFirst().orElse("");
  }
}
