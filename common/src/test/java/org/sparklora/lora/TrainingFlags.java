package org.sparklora.lora;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;

/** The arguments of {@link BenchmarkTraining}. */
final class TrainingFlags {
  private final Path out;
  private final Map<String, String> flags = new HashMap<>();

  TrainingFlags(String... arguments) {
    out = Path.of(arguments[0]);
    for (int i = 1; i + 1 < arguments.length; i += 2) {
      flags.put(arguments[i].substring(2), arguments[i + 1]);
    }
  }

  Path out() {
    return out;
  }

  String dtype() {
    return text("dtype", "fp32");
  }

  NumberType type() {
    return NumberType.of(dtype());
  }

  int steps() {
    return number("steps", 12);
  }

  int rowsPerStep() {
    return number("batch", 4) * number("accumulate", 2);
  }

  int ranks() {
    return number("ranks", 1);
  }

  int threads() {
    return number("threads", 2);
  }

  int tokensPerMicroBatch() {
    return number("tokens", 2048);
  }

  boolean checkpointing() {
    return text("checkpointing", "false").equals("true");
  }

  boolean evaluates() {
    return text("evaluate", "false").equals("true");
  }

  boolean limit() {
    return text("limit", "false").equals("true");
  }

  String model() {
    return out.resolve("model").toString();
  }

  /** Opened by the thread that calls. */
  LoraModel open() {
    ComputeOptions options =
        new ComputeOptions(
            type(),
            threads(),
            DeviceAddress.CPU,
            checkpointing() ? Checkpointing.ON : Checkpointing.OFF,
            text("weights_cache", ""));
    if (flags.containsKey("init")) {
      Adapter first = AdapterFolder.read(Store.local(), flags.get("init"));
      return StartedModel.open(model(), first, options);
    }
    double dropout = Double.parseDouble(text("dropout", "0.1"));
    List<String> targets = List.of(text("targets", "q_proj,v_proj").split(","));
    LoraSettings settings = new LoraSettings(8, 32, dropout, targets, false, 42);
    return LoraModel.open(Store.local(), model(), settings, options);
  }

  private int number(String flag, int absent) {
    return Integer.parseInt(text(flag, String.valueOf(absent)));
  }

  private String text(String flag, String absent) {
    return flags.getOrDefault(flag, absent);
  }
}
