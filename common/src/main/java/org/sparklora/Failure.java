package org.sparklora;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An end of the job that the user can understand: one clear message and a documented exit code.
 *
 * <p>Messages follow one grammar: {@code Cannot <do what>, <why>: <actual> (expected <e>). <what to
 * run or change>.} Whatever a message quotes from files is made visible here, on one line.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  public Failure(ExitCode exitCode, String message) {
    super(VisibleText.ofSentence(message));
    this.exitCode = exitCode;
  }

  public Failure(ExitCode exitCode, String message, Throwable cause) {
    super(VisibleText.ofSentence(message), cause);
    this.exitCode = exitCode;
  }

  /** Of several sentences, a line for each. */
  public Failure(ExitCode exitCode, List<String> sentences) {
    super(sentences.stream().map(VisibleText::ofSentence).collect(Collectors.joining("\n")));
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

  /** Its sentences, one for each line of the message. */
  public List<String> sentences() {
    return getMessage().lines().toList();
  }
}
