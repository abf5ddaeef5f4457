package org.sparklora.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.sparklora.Fixtures;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.model.ComputeOptions;
import org.sparklora.model.ComputeOptions.Checkpointing;
import org.sparklora.model.Golden;
import org.sparklora.model.Golden.Row;
import org.sparklora.model.PackedBatch;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;

/**
 * The training core in one process on what bench/peers/bench_corpus.py wrote: same rows, batches,
 * schedule and JSON line as bench/peers/bench_peft.py.
 *
 * <p>Arguments: {@code OUT [--dtype fp32|bf16] [--steps 12] [--batch 4] [--accumulate 2]
 * [--checkpointing true] [--threads 2] [--targets q_proj,v_proj] [--dropout 0.1] [--init DIR]
 * [--tokens 2048]}, the last one being the tokens of a micro-batch.
 */
public final class BenchmarkTraining {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WARM_UP = 2;

  private final Map<String, String> flags;
  private final List<Row> rows = new ArrayList<>();
  private double cpuSeconds;

  private BenchmarkTraining(Map<String, String> flags) {
    this.flags = flags;
  }

  public static void main(String[] arguments) throws IOException {
    Map<String, String> flags = new HashMap<>(Map.of("out", arguments[0]));
    for (int i = 1; i + 1 < arguments.length; i += 2) {
      flags.put(arguments[i].substring(2), arguments[i + 1]);
    }
    new BenchmarkTraining(flags).run();
  }

  private void run() throws IOException {
    int steps = number("steps", 12);
    int rowsPerStep = number("batch", 4) * number("accumulate", 2);
    readRows(steps * rowsPerStep);
    List<Double> losses = new ArrayList<>();
    long opened = System.nanoTime();
    try (LoraModel model = open()) {
      long start = 0;
      long cpuStart = 0;
      long tokens = 0;
      long firstStep = 0;
      for (int step = 0; step < steps; step++) {
        if (step == WARM_UP) {
          start = System.nanoTime();
          cpuStart = cpuNanos();
          tokens = 0;
        }
        List<Row> batch = rows.subList(step * rowsPerStep, (step + 1) * rowsPerStep);
        losses.add(Math.round(step(model, batch, step, steps) * 1e5) / 1e5);
        tokens += batch.stream().mapToInt(row -> row.ids().length).sum();
        firstStep = step == 0 ? System.nanoTime() - opened : firstStep;
      }
      cpuSeconds = (cpuNanos() - cpuStart) / 1e9;
      report(losses, tokens, (System.nanoTime() - start) / 1e9, firstStep / 1e9);
    }
  }

  private double step(LoraModel model, List<Row> batch, int step, int steps) {
    int labels = Golden.pack(batch, "answer", 0).labelled();
    model.zeroGradient();
    double sum = 0;
    int first = 0;
    while (first < batch.size()) {
      int next = first + 1;
      int tokens = batch.get(first).ids().length;
      while (next < batch.size()
          && tokens + batch.get(next).ids().length <= number("tokens", 2048)) {
        tokens += batch.get(next++).ids().length;
      }
      PackedBatch packed = Golden.pack(batch.subList(first, next), "answer", first);
      sum += model.accumulate(packed, 1.0 / labels, step);
      first = next;
    }
    double clip = Math.min(1, 1 / (model.gradientNorm() + 1e-6));
    double rate = 1e-4 * (1 - (double) step / steps);
    model.adamStep(AdamSettings.withLearningRate(rate, 0), clip, step + 1);
    return sum / labels;
  }

  private LoraModel open() {
    String base = Path.of(flags.get("out"), "model").toString();
    NumberType type =
        NumberType.valueOf(flags.getOrDefault("dtype", "fp32").toUpperCase(Locale.ROOT));
    boolean checkpointing = flags.getOrDefault("checkpointing", "false").equals("true");
    ComputeOptions options =
        new ComputeOptions(
            type,
            number("threads", 2),
            "cpu",
            checkpointing ? Checkpointing.ON : Checkpointing.OFF,
            flags.getOrDefault("weights_cache", ""));
    if (flags.containsKey("init")) {
      Adapter first = AdapterFolder.read(Store.local(), flags.get("init"));
      return LoraModel.open(Store.local(), base, first, options);
    }
    double dropout = Double.parseDouble(flags.getOrDefault("dropout", "0.1"));
    List<String> targets = List.of(flags.getOrDefault("targets", "q_proj,v_proj").split(","));
    LoraSettings settings = new LoraSettings(8, 32, dropout, targets, false, 42);
    return LoraModel.open(Store.local(), base, settings, options);
  }

  private void readRows(int needed) throws IOException {
    List<Row> all = new ArrayList<>();
    try (Stream<String> lines = Files.lines(Path.of(flags.get("out"), "features.jsonl"))) {
      for (String line : (Iterable<String>) lines::iterator) {
        JsonNode row = JSON.readTree(line);
        all.add(new Row(Fixtures.ints(row.get("input_ids")), row.get("seq_len").asInt()));
        if (all.size() == needed) {
          break;
        }
      }
    }
    for (int i = 0; i < needed; i++) {
      rows.add(all.get(i % all.size()));
    }
  }

  private void report(List<Double> losses, long tokens, double seconds, double firstStep)
      throws IOException {
    ObjectNode line = JSON.createObjectNode().put("peer", "sparklora");
    line.put("dtype", flags.getOrDefault("dtype", "fp32")).put("threads", number("threads", 2));
    line.put("checkpointing", flags.getOrDefault("checkpointing", "false").equals("true"));
    line.put("tokens_per_second", Math.round(10 * tokens / seconds) / 10.0);
    line.put("seconds", Math.round(100 * seconds) / 100.0);
    line.put("cpu_seconds", Math.round(100 * cpuSeconds) / 100.0);
    line.put("start_to_first_step", Math.round(100 * firstStep) / 100.0);
    losses.forEach(line.withArray("losses")::add);
    line.put("peak_rss_mb", status("VmHWM:") / 1024);
    System.out.println(line);
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private static long status(String key) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    }
  }

  private int number(String flag, int absent) {
    return Integer.parseInt(flags.getOrDefault(flag, String.valueOf(absent)));
  }
}
