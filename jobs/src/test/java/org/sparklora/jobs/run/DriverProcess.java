package org.sparklora.jobs.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A job's main class in a JVM of its own, in local mode, with the flags that tests run with. */
public final class DriverProcess implements AutoCloseable {
  /** A JVM that lives for seconds gains nothing by C2, which takes half of its processor time. */
  public static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private static final long MOST_SECONDS = 180;

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  private DriverProcess(Process process) {
    this.process = process;
    this.output = process.inputReader();
  }

  public static DriverProcess start(Class<?> main, List<String> arguments) throws IOException {
    return start(main, arguments, List.of());
  }

  /** With more options for its JVM. */
  public static DriverProcess start(Class<?> main, List<String> arguments, List<String> javaOptions)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(moduleFlags());
    command.addAll(List.of(SHORT_LIVED.split(" ")));
    command.addAll(javaOptions);
    command.addAll(
        List.of(
            "-Xmx2g",
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(arguments);
    return new DriverProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** The packages that this JVM was told to open. */
  public static List<String> moduleFlags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> a.startsWith("--add-opens"))
        .toList();
  }

  /** Reads lines until one begins so; fails at the end of the output. */
  public String awaitLine(String beginning) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.startsWith(beginning)) {
        return line;
      }
    }
    throw new IOException("no line '" + beginning + "' in:\n" + String.join("\n", lines));
  }

  /** All lines, to the end of the output. */
  public List<String> allLines() throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  /** SIGTERM, as a cluster manager sends it. */
  public void terminate() {
    process.toHandle().destroy(); // Process.destroy would close the output
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  public int exitCode() throws Exception {
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("still running after " + MOST_SECONDS + " s");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
