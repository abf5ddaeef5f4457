package org.sparklora.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.Fixtures;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.feature.FeatureRow;
import org.sparklora.model.Golden;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.plan.StepGrid;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.Processor;
import org.sparklora.train.RunSettings.Provenance;
import org.sparklora.train.RunSettings.Resolved;
import org.sparklora.weights.TensorValue;

/** The fixtures' training run (golden.py): 20 steps of 4 rows, in the fixtures' own order. */
final class FixtureRuns {
  static final int STEPS = 20;
  static final int ROWS_PER_STEP = 4;

  private FixtureRuns() {}

  /** A run that begins with the fixtures' adapter; {@code flags} are names and values. */
  static TrialRun of(String family, Path outputDir, String... flags) {
    Golden golden = new Golden(family);
    RunSettings settings = settings(family, golden, flags);
    TrialRun run = new TrialRun(rows(golden), outputDir, settings);
    String first = settings.config().source().previousLora();
    RankSetup setup =
        new RankSetup(
            StorageSettings.none(),
            outputDir.toString(),
            golden.model(),
            first.isEmpty() ? null : first,
            1);
    run.models = () -> RunModel.open(settings, setup, DeviceAddress.CPU);
    return run;
  }

  private static RunSettings settings(String family, Golden golden, String... flags) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("tokenized_dataset", "features.cut.jsonl");
    values.put("output_dir", "unused");
    values.put("previous_lora_weights", golden.folder("train_init"));
    values.put("max_steps", "" + STEPS);
    values.put("learning_rate", "1e-3");
    values.put("lora_dropout", "0");
    values.put("label_policy", golden.policy());
    values.put("sample_order", "file");
    values.put("save_steps", "1000");
    values.put("logging_steps", "1");
    values.put("max_tokens_per_micro_batch", "4096");
    for (int i = 0; i < flags.length; i += 2) {
      values.put(flags[i], flags[i + 1]);
    }
    TrainConfig config = TrainConfig.of(values);
    return new RunSettings(
        "run-1",
        config,
        new StepGrid((long) STEPS * ROWS_PER_STEP, ROWS_PER_STEP, STEPS),
        new Resolved(
            Fixtures.family(family),
            family,
            config.compute().baseDtype().resolve(Processor.CPU),
            AdapterFolder.read(Store.local(), golden.folder("train_init")).config().targetModules(),
            config.batches().labelPolicy(),
            config.compute().microBatchTokens(),
            Checkpointing.OFF),
        new Provenance("", "", "", ""),
        Map.of());
  }

  /** The rows in the order of training, so that the table's own order is the fixtures'. */
  private static PlantedRows rows(Golden golden) {
    List<Golden.Row> features = golden.features();
    TensorValue order = golden.tensors("train.safetensors").get("rows");
    List<FeatureRow> rows = new ArrayList<>();
    for (long index : order.longs()) {
      Golden.Row row = features.get((int) index);
      rows.add(new FeatureRow(row.ids(), row.promptLength()));
    }
    return new PlantedRows(rows);
  }
}
