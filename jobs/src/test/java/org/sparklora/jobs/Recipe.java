package org.sparklora.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.sparklora.config.Settings;
import org.sparklora.jobs.predict.PredictJob;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.jobs.tokenize.TokenizeJob;
import org.sparklora.jobs.train.TrainJob;
import org.sparklora.predict.PredictConfig;
import org.sparklora.tokenize.TokenizeConfig;
import org.sparklora.train.TrainConfig;

/**
 * A script of {@code recipes/} run in a copy of the checkout whose {@code submit/} asks this
 * process for each job: the script's own commands, without a Spark for each.
 */
final class Recipe {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> PATHS =
      Set.of(
          "model_checkpoint",
          "input_file",
          "save_name",
          "tokenized_dataset",
          "output_dir",
          "adapter");

  /** Writes its words, waits for the exit code. */
  private static final String ASKING =
      """
      #!/usr/bin/env bash
      printf '%s\\0' "$(basename "$0" .sh)" "$@" > asked.part && mv asked.part asked
      until [ -f answer ]; do sleep 0.05; done
      code=$(cat answer); rm answer; exit "$code"
      """;

  /** A command of the script: the job and its flags. */
  record Command(String job, List<String> flags) {}

  private final Path copy;
  private final boolean runs;
  private final List<Command> commands = new ArrayList<>();

  private Recipe(Path copy, boolean runs) {
    this.copy = copy;
    this.runs = runs;
  }

  /** Runs its jobs. */
  static Recipe running(Path folder) {
    return copied(folder, true);
  }

  /** Checks the jobs' flags only. */
  static Recipe read(Path folder) {
    return copied(folder, false);
  }

  private static Recipe copied(Path folder, boolean runs) {
    try {
      for (String name : List.of("common", "data")) {
        Files.createSymbolicLink(folder.resolve(name), CHECKOUT.resolve(name));
      }
      Files.createDirectories(folder.resolve("submit"));
      for (String job : List.of("tokenize", "train", "predict")) {
        Path script = folder.resolve("submit/" + job + ".sh");
        Files.writeString(script, ASKING);
        script.toFile().setExecutable(true);
      }
      copy(CHECKOUT.resolve("recipes"), folder.resolve("recipes"));
      return new Recipe(folder, runs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** What the script prints at its end. */
  String run(String script) throws IOException, InterruptedException {
    Path said = copy.resolve("said");
    Process process =
        new ProcessBuilder("bash", "recipes/" + script)
            .directory(copy.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
        answer();
      }
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(said, StandardCharsets.UTF_8);
    if (process.exitValue() != 0) {
      throw new AssertionError(script + " ended with " + process.exitValue() + ": " + text);
    }
    return text;
  }

  List<Command> commands() {
    return commands;
  }

  private void answer() throws IOException {
    Path asked = copy.resolve("asked");
    if (!Files.exists(asked)) {
      return;
    }
    List<String> words = Arrays.asList(Files.readString(asked).split("\0"));
    Files.delete(asked);
    List<String> flags = absolute(words.subList(words.indexOf("--") + 1, words.size()));
    Command command = new Command(words.get(0), flags);
    commands.add(command);
    try {
      perform(command);
    } finally {
      Files.writeString(copy.resolve("answer.part"), "0");
      Files.move(copy.resolve("answer.part"), copy.resolve("answer"));
    }
  }

  private void perform(Command command) {
    SparkSession session = LocalSpark.session();
    String[] flags = command.flags().toArray(new String[0]);
    switch (command.job()) {
      case "tokenize" -> {
        TokenizeConfig config =
            Settings.parse(TokenizeConfig.options(), flags).build(TokenizeConfig::of);
        if (runs) {
          TokenizeJob.run(session, config);
        }
      }
      case "train" -> {
        TrainConfig config = Settings.parse(TrainConfig.options(), flags).build(TrainConfig::of);
        if (runs) {
          TrainJob.run(session, config, new StopSignal(), line -> {});
        }
      }
      default -> {
        PredictConfig config =
            Settings.parse(PredictConfig.options(), flags).build(PredictConfig::of);
        if (runs) {
          PredictJob.run(session, config);
        }
      }
    }
  }

  /** The script's own folder is the copy, this process's is another. */
  private List<String> absolute(List<String> words) {
    List<String> flags = new ArrayList<>(words);
    for (int i = 1; i < flags.size(); i++) {
      if (PATHS.contains(flags.get(i - 1).replaceFirst("^--", ""))) {
        flags.set(i, copy.resolve(flags.get(i)).toString());
      }
    }
    return flags;
  }
}
