package org.sparklora.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.sparklora.config.Settings;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.train.TrainConfig;

/** A train job for tests: a few small steps on two ranks. */
final class TrainRun {
  private final Map<String, String> flags = new LinkedHashMap<>();
  private final SparkSession session;
  private final String output;
  private final List<String> lines = new ArrayList<>();
  private final StopSignal stop = new StopSignal();
  private Consumer<String> watcher = line -> {};

  TrainRun(SparkSession session, Path table, Path output) {
    this(session, table.toString(), output.toString());
  }

  /** Paths on any store; what lies there is asked of the store then, not of this class. */
  TrainRun(SparkSession session, String table, String output) {
    this.session = session;
    this.output = output;
    with("tokenized_dataset", table);
    with("output_dir", output);
    with("num_ranks", "2");
    with("per_device_train_batch_size", "4");
    with("max_steps", "6");
    with("save_steps", "2");
    with("logging_steps", "1");
    with("learning_rate", "1e-3");
    with("executor_wait", "20s");
    with("exchange_timeout", "20s");
  }

  TrainRun with(String flag, String value) {
    flags.put(flag, value);
    return this;
  }

  /** Calls {@code watcher} with each progress line, on the driver. */
  TrainRun watched(Consumer<String> watcher) {
    this.watcher = watcher;
    return this;
  }

  StopSignal stop() {
    return stop;
  }

  List<String> arguments() {
    return flags.entrySet().stream().map(e -> "--" + e.getKey() + "=" + e.getValue()).toList();
  }

  TrainResult run() {
    Settings settings = Settings.parse(TrainConfig.options(), arguments().toArray(new String[0]));
    return TrainJob.run(session, settings.build(TrainConfig::of), stop, this::line);
  }

  List<String> lines() {
    return lines;
  }

  Path output() {
    return Path.of(output);
  }

  byte[] adapter() throws IOException {
    return Files.readAllBytes(output().resolve("adapter_model.safetensors"));
  }

  List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(output())) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private void line(String line) {
    lines.add(line);
    watcher.accept(line);
  }
}
