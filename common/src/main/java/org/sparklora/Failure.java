package org.sparklora;

/**
 * An end of the job that the user can understand: one clear message and a documented exit code.
 *
 * <p>Messages follow one grammar: {@code Cannot <do what>, <why>: <actual> (expected <e>). <what to
 * run or change>.}
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  public Failure(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public Failure(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public static Failure usage(String message) {
    return new Failure(ExitCode.USAGE, message);
  }

  public static Failure input(String message) {
    return new Failure(ExitCode.INPUT, message);
  }

  public static Failure input(String message, Throwable cause) {
    return new Failure(ExitCode.INPUT, message, cause);
  }

  public static Failure cluster(String message) {
    return new Failure(ExitCode.CLUSTER, message);
  }

  public static Failure cluster(String message, Throwable cause) {
    return new Failure(ExitCode.CLUSTER, message, cause);
  }

  public static Failure storage(String message, Throwable cause) {
    return new Failure(ExitCode.STORAGE, message, cause);
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
