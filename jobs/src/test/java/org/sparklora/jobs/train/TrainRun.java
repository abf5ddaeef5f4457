package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.SparkSession;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.config.Settings;
import org.sparklora.jobs.spark.RankLayout;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.storage.Store;
import org.sparklora.train.TrainConfig;

/** A train job for tests: a few small steps on two ranks. */
public final class TrainRun {
  /**
   * What six steps leave that keep two checkpoints, but for the lease's folder, which S3 has only
   * while full.
   */
  public static final List<String> PUBLISHED =
      List.of(
          "README.md",
          "_outcome.json",
          "_published.json",
          "_run.json",
          "adapter_config.json",
          "adapter_model.bin",
          "adapter_model.safetensors",
          "checkpoint-4",
          "checkpoint-6",
          "report.html",
          "runs",
          "sparklora.json",
          "trainer_state.json");

  private final Map<String, String> flags = new LinkedHashMap<>();
  private final SparkSession session;
  private final String output;
  private final List<String> lines = new ArrayList<>();
  private final StopSignal stop = new StopSignal();
  private Consumer<String> watcher = line -> {};

  public TrainRun(SparkSession session, Path table, Path output) {
    this(session, table.toString(), output.toString());
  }

  /** Paths on any store; what lies there is asked of the store then, not of this class. */
  public TrainRun(SparkSession session, String table, String output) {
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

  public TrainRun with(String flag, String value) {
    flags.put(flag, value);
    return this;
  }

  /** Calls {@code watcher} with each progress line, on the driver. */
  public TrainRun watched(Consumer<String> watcher) {
    this.watcher = watcher;
    return this;
  }

  /** Asks the job to stop so that it saves after {@code step}. */
  public TrainRun stoppedAfter(long step) {
    return watched(
        line -> {
          if (line.startsWith("step " + (step - 1) + "/")) {
            stop.ask();
            // The next question to the driver is a fifth of a second away.
            LockSupport.parkNanos(300_000_000L);
          }
        });
  }

  public StopSignal stop() {
    return stop;
  }

  public List<String> arguments() {
    return flags.entrySet().stream().map(e -> "--" + e.getKey() + "=" + e.getValue()).toList();
  }

  public TrainResult run() {
    return TrainJob.run(session, config(), stop, this::line);
  }

  /** On ranks laid out otherwise. */
  TrainResult run(RankLayout layout) {
    return TrainJob.run(session, config(), stop, this::line, layout);
  }

  private TrainConfig config() {
    Settings settings = Settings.parse(TrainConfig.options(), arguments().toArray(new String[0]));
    return settings.build(TrainConfig::of);
  }

  /**
   * What the run said, but for its waits: how long executors take to come is the machine's affair.
   */
  public List<String> lines() {
    return lines.stream().filter(line -> !line.startsWith("Waiting up to ")).toList();
  }

  public Path output() {
    return Path.of(output);
  }

  public byte[] adapter() throws IOException {
    return Files.readAllBytes(output().resolve("adapter_model.safetensors"));
  }

  /** Equal to float error: every logged loss, and the adapter's values. */
  public void assertClose(TrainRun other) throws IOException {
    assertArrayEquals(logged("loss"), other.logged("loss"), 1e-5);
    assertArrayEquals(logged("eval_loss"), other.logged("eval_loss"), 1e-5);
    Adapter mine = AdapterFolder.read(Store.local(), output);
    Adapter others = AdapterFolder.read(Store.local(), other.output);
    assertEquals(mine.modules(), others.modules());
    for (String module : mine.modules()) {
      assertArrayEquals(mine.a(module).floats(), others.a(module).floats(), 2e-5f, module);
      assertArrayEquals(mine.b(module).floats(), others.b(module).floats(), 2e-5f, module);
    }
  }

  /** The figures of this name in the log history. */
  public double[] logged(String name) throws IOException {
    JsonNode state = new ObjectMapper().readTree(output().resolve("trainer_state.json").toFile());
    return StreamSupport.stream(state.get("log_history").spliterator(), false)
        .filter(entry -> entry.has(name))
        .mapToDouble(entry -> entry.get(name).asDouble())
        .toArray();
  }

  /** What lies in the run's folder beside its lease. */
  public List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(output())) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> !n.equals("_lease"))
          .sorted()
          .toList();
    }
  }

  private void line(String line) {
    lines.add(line);
    watcher.accept(line);
  }
}
