package org.sparklora;

import java.util.ArrayList;
import java.util.List;

/** Programs of tests in a JVM of their own, with the class path of the tests. */
public final class OwnJvm {
  private OwnJvm() {}

  /** Ready to be started; {@code options} stand behind the class path, and may give another. */
  public static ProcessBuilder of(Class<?> program, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /**
   * A program behind words of {@code shell} that end in {@code exec "$@"}; {@code $0} is theirs.
   */
  public static ProcessBuilder behind(
      String shell, String words, String zero, ProcessBuilder program) {
    List<String> command = new ArrayList<>(List.of(shell, "-c", words, zero));
    command.addAll(program.command());
    return new ProcessBuilder(command);
  }
}
