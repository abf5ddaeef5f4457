package org.sparklora.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.ModelFamily;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.checkpoint.Consent;
import org.sparklora.checkpoint.Stamp;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.metric.LogPart;
import org.sparklora.metric.LoggedStep;
import org.sparklora.metric.MetricLog;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.StepGrid;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.track.RunEvent.Kind;
import org.sparklora.track.RunHistory;
import org.sparklora.train.RunSettings;
import org.sparklora.train.RunSettings.Provenance;
import org.sparklora.train.RunSettings.Resolved;
import org.sparklora.train.TrainConfig;

/** The files of a run as its jobs leave them, with numbers of the tests' own. */
final class RecordedRun {
  static final String ID = "run-1";
  static final long STEPS = 40;

  private static final ObjectMapper JSON = new ObjectMapper();

  final Store store = Store.local();
  final String folder;
  private final ObjectNode state = JSON.createObjectNode();
  private final Map<String, String> flags = new LinkedHashMap<>();
  private String base = "org/tiny-base";

  RecordedRun(Path folder) {
    this.folder = folder.toString();
    state.putNull("best_metric");
    state.put("epoch", 1.25);
    state.putArray("log_history");
    flags.put("tokenized_dataset", "math");
    flags.put("output_dir", "out");
    flags.put("max_steps", "" + STEPS);
  }

  RecordedRun base(String name) {
    base = name;
    return this;
  }

  RecordedRun flag(String name, String value) {
    flags.put(name, value);
    return this;
  }

  RecordedRun logged(long step, double loss) {
    state
        .withArray("log_history")
        .addObject()
        .put("epoch", step / 32.0)
        .put("grad_norm", loss / 3)
        .put("learning_rate", 1e-4 * (STEPS - step) / STEPS)
        .put("loss", loss)
        .put("step", step);
    return this;
  }

  RecordedRun evaluated(long step, double loss) {
    state.withArray("log_history").addObject().put("eval_loss", loss).put("step", step);
    return this;
  }

  RecordedRun best(double metric) {
    state.put("best_metric", metric);
    return this;
  }

  /** Writes {@code _run.json}, and a checkpoint of the step. */
  RecordedRun saved(long step) {
    settings().write(store, folder);
    state.put("global_step", step);
    String ours = "{\"loop\":{\"tokens\":1234,\"skipped_steps\":2,\"rows_without_labels\":0}}";
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("adapter_model.safetensors", new byte[] {1, 2, 3});
    files.put("trainer_state.json", bytes(state.toPrettyString()));
    files.put("sparklora.json", bytes(ours));
    new Checkpoints(store, folder).commit(new Stamp(ID, 0, step), files, Consent.GIVEN);
    return this;
  }

  /** Publishes an adapter of its own of the step, with the whole history. */
  RecordedRun published(long step) {
    new Checkpoints(store, folder).publish(new Stamp(ID, 0, step), toPublish(), Consent.GIVEN);
    return this;
  }

  Map<String, byte[]> toPublish() {
    return Map.of(
        "adapter_model.safetensors",
        new byte[] {4, 5, 6},
        "trainer_state.json",
        bytes(state.toPrettyString()),
        "sparklora.json",
        bytes("{\"loop\":{\"tokens\":77},\"evaluation\":{\"over\":false}}"));
  }

  RecordedRun settled() {
    settings().write(store, folder);
    return this;
  }

  RecordedRun happened(Kind kind, long step, Map<String, String> words) {
    RunHistory.open(store, folder, ID, () -> true).add(kind, step, words);
    return this;
  }

  RecordedRun speed(int generation, long from, double... tokensPerSecond) {
    try (MetricLog log = MetricLog.open(store, folder, new LogPart(ID, generation, from))) {
      for (int i = 0; i < tokensPerSecond.length; i++) {
        log.log(LoggedStep.now(from + i, Map.of("train/tokens_per_second", tokensPerSecond[i])));
      }
    }
    return this;
  }

  /** The memory of each rank at one step. */
  RecordedRun memory(long step, double... megabytes) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (int rank = 0; rank < megabytes.length; rank++) {
      figures.put("rank/" + rank + "/memory_mb", megabytes[rank]);
    }
    return figures(step, figures);
  }

  /** What was logged at one step. */
  RecordedRun figures(long step, Map<String, Double> figures) {
    try (MetricLog log = MetricLog.open(store, folder, new LogPart(ID, 0, step))) {
      log.log(LoggedStep.now(step, figures));
    }
    return this;
  }

  RunRecord read() {
    return RunRecord.read(store, folder, Optional.empty());
  }

  RunRecord read(FeatureTableInfo table) {
    return RunRecord.read(store, folder, Optional.of(table));
  }

  RunSettings settings() {
    TrainConfig config = TrainConfig.of(flags);
    return new RunSettings(
        ID,
        config,
        new StepGrid(32, 4, STEPS),
        new Resolved(
            ModelFamily.LLAMA,
            base,
            NumberType.FP32,
            List.of("q_proj", "v_proj"),
            LabelPolicy.ANSWER,
            4096,
            Checkpointing.OFF),
        new Provenance(tablePrint, "codec-1", "prompt-1", "base-1"),
        Map.of("threads", "1", "ranks", "2"));
  }

  private String tablePrint = "table-1";

  RecordedRun trainedOn(FeatureTableInfo table) {
    tablePrint = table.fingerprint();
    return this;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
