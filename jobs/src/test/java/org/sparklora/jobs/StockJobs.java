package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sparklora.Python;

/** Jobs of the built application jar through a distribution's {@code spark-submit}. */
final class StockJobs {
  private static final long MOST_SECONDS = 900;

  private final Path sparkHome;
  private final List<String> settings;
  private final Map<String, String> environment = new HashMap<>();

  StockJobs(Path sparkHome, String master) {
    this.sparkHome = sparkHome;
    this.settings =
        List.of(
            "--master",
            master,
            "--driver-memory",
            "1g",
            "--executor-memory",
            "1g",
            "--conf",
            "spark.driver.host=127.0.0.1");
  }

  /** The one that {@code pyspark} brings. */
  static Path sparkOf(Python python) {
    return Path.of(python.print("import pyspark, os; print(os.path.dirname(pyspark.__file__))"));
  }

  StockJobs with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** How a job ended, and all that it printed. */
  record End(int code, String log) {
    void assertDone() {
      assertEquals(0, code, log);
    }
  }

  /** By our script. */
  End script(String job, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Python.root().resolve("submit/" + job + ".sh").toString());
    command.addAll(settings);
    command.add("--");
    command.addAll(arguments);
    return run(command);
  }

  /** By nothing of ours but the jar. */
  End plain(Class<?> main, List<String> submitted, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(sparkHome.resolve("bin/spark-submit").toString());
    command.addAll(settings);
    command.addAll(submitted);
    command.addAll(List.of("--class", main.getName()));
    command.add(Python.root().resolve("jobs/target/sparklora-application.jar").toString());
    command.addAll(arguments);
    return run(command);
  }

  /** What a caller of {@code spark-submit} gives the jobs that compute. */
  static List<String> nativeJars() throws IOException {
    try (Stream<Path> jars = Files.list(natives())) {
      return List.of("--jars", jars.map(Path::toString).collect(Collectors.joining(",")));
    }
  }

  static Path natives() {
    return Python.root().resolve("jobs/target/natives");
  }

  private End run(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("stock", ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    int code = process.waitFor();
    String said = Files.readString(log);
    Files.delete(log);
    return new End(ended ? code : -1, said);
  }
}
