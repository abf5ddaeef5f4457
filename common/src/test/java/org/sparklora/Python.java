package org.sparklora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Real Python readers of our files, for tests tagged {@code python}. */
public final class Python {
  private static final long LIMIT_SECONDS = 300;

  private final String interpreter;

  private Python(String interpreter) {
    this.interpreter = interpreter;
  }

  /**
   * The interpreter named by an environment variable; without one the test skips, or fails in CI.
   */
  public static Python from(String variable) {
    String interpreter = System.getenv().getOrDefault(variable, "");
    if (interpreter.isEmpty()) {
      Missing.skip(variable + " names no Python interpreter (make python-env makes one)");
    }
    return new Python(interpreter);
  }

  /** What a line of Python prints. */
  public String print(String line) {
    return run(List.of(interpreter, "-c", line)).strip();
  }

  /** The interpreter with arguments, ready to be started. */
  public ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(interpreter);
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command);
  }

  /** Runs {@code dev/check_artifacts.py} and returns what it printed; fails unless it exits 0. */
  public String checkArtifacts(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(interpreter);
    command.add(root().resolve("dev/check_artifacts.py").toString());
    command.addAll(Arrays.asList(arguments));
    return run(command);
  }

  private static String run(List<String> command) {
    try {
      Path output = Files.createTempFile("python", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), () -> "too slow: " + command);
      String printed = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      assertEquals(0, process.exitValue(), () -> command + " printed:\n" + printed);
      return printed;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("Cannot run " + command, e);
    }
  }

  /** The folder of the checkout. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("dev/check_artifacts.py"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
