package org.sparklora.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sparklora.Python;

/**
 * A checkout with the scripts and no build, and a {@code spark-submit} that only says its
 * arguments.
 */
final class SubmitScripts {
  private static final String SAYS_ARGUMENTS =
      """
      #!/usr/bin/env bash
      printf '%s\\n' "$@"
      printf 'opts %s\\n' "$SPARK_SUBMIT_OPTS"
      """;

  private final Path checkout;
  private final Map<String, String> environment = new HashMap<>();

  private SubmitScripts(Path checkout) {
    this.checkout = checkout;
  }

  /** In a folder that is not there yet. */
  static SubmitScripts in(Path checkout) throws IOException {
    for (String folder : List.of("submit", "conf")) {
      Path target = Files.createDirectories(checkout.resolve(folder));
      try (Stream<Path> files = Files.list(Python.root().resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, target.resolve(file.getFileName().toString()));
        }
      }
    }
    Path natives = Files.createDirectories(checkout.resolve("jobs/target/natives"));
    Files.createFile(checkout.resolve("jobs/target/sparklora-application.jar"));
    Files.createFile(natives.resolve("bridge.jar"));
    Files.createFile(natives.resolve("torch.jar"));
    Path spark = Files.createDirectories(checkout.resolve("spark/bin")).resolve("spark-submit");
    Files.writeString(spark, SAYS_ARGUMENTS);
    if (!spark.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + spark + " executable");
    }
    return new SubmitScripts(checkout).with("SPARK_HOME", checkout.resolve("spark").toString());
  }

  SubmitScripts with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** A line of the cluster's own settings. */
  SubmitScripts site(String line) throws IOException {
    Path conf = Files.createDirectories(checkout.resolve("spark/conf"));
    Files.writeString(conf.resolve("spark-defaults.conf"), line + "\n");
    return this;
  }

  /** Where the build's jars are. */
  String built(String name) {
    return "file:" + checkout.resolve("jobs/target").resolve(name);
  }

  /** What {@code spark-submit} is given, or what the script says instead. */
  Said run(String job, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(checkout.resolve("submit/" + job + ".sh").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(k -> k.matches("SPARK.*|HADOOP.*|MASTER"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    List<String> lines = process.inputReader().lines().toList();
    return new Said(process.waitFor(), lines);
  }

  /** How it ended and its lines, of which an argument is one. */
  record Said(int code, List<String> lines) {
    /** The value of the only option of this name. */
    String value(String option) {
      List<String> values = values(option);
      if (values.size() != 1) {
        throw new AssertionError(option + " is there " + values.size() + " times: " + lines);
      }
      return values.get(0);
    }

    List<String> values(String option) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i + 1 < lines.size(); i++) {
        if (lines.get(i).equals(option)) {
          values.add(lines.get(i + 1));
        }
      }
      return values;
    }
  }
}
