package org.sparklora.predict;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.sparklora.model.ComputeOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/**
 * Our side of {@code bench/peers/bench_generate.py}: the same rows, batch and number of new tokens,
 * greedy, no row ends early; prints the same JSON. Like tasks of an executor, workers share the
 * weights and take ranges of rows.
 *
 * <pre>OUT [--rows 32] [--batch 16] [--new 64] [--dtype fp32|bf16] [--threads N] [--workers N]
 * </pre>
 */
final class BenchmarkGenerate {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NO_END = -1;

  private final List<DecodingModel> workers;
  private final GenerationSettings settings;
  private final ExecutorService threads;

  private BenchmarkGenerate(
      List<DecodingModel> workers, GenerationSettings settings, ExecutorService threads) {
    this.workers = workers;
    this.settings = settings;
    this.threads = threads;
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, String> flags = new HashMap<>();
    for (int i = 1; i + 1 < arguments.length; i += 2) {
      flags.put(arguments[i].substring(2), arguments[i + 1]);
    }
    Path out = Path.of(arguments[0]);
    String dtype = flags.getOrDefault("dtype", "fp32");
    String cores = String.valueOf(Runtime.getRuntime().availableProcessors());
    int threads = Integer.parseInt(flags.getOrDefault("threads", cores));
    int workers = Integer.parseInt(flags.getOrDefault("workers", String.valueOf(threads)));
    int newTokens = Integer.parseInt(flags.getOrDefault("new", "64"));
    int batch = Integer.parseInt(flags.getOrDefault("batch", "16"));
    int lookup =
        Integer.parseInt(
            flags.getOrDefault("lookup", String.valueOf(GenerationSettings.DEFAULT_LOOKUP)));
    NumberType type = dtype.equals("bf16") ? NumberType.BF16 : NumberType.FP32;
    ComputeOptions options = ComputeOptions.onCpu(type, Math.max(1, threads / workers));
    ModelChoice choice = new ModelChoice(out.resolve("model").toString(), "", dtype, "");
    int rows = Integer.parseInt(flags.getOrDefault("rows", "32"));
    List<String> prompts = prompts(out.resolve("corpus.jsonl"), rows);
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try (TokenCodec codec = Codecs.open(out.resolve("model"));
        DecodingModel model = OpenedModel.open(Store.local(), choice, options)) {
      List<DecodingModel> models =
          Stream.iterate(model, DecodingModel::another).limit(workers).toList();
      GenerationSettings settings = new GenerationSettings(newTokens, 0, 1, 42, batch, lookup);
      BenchmarkGenerate benchmark = new BenchmarkGenerate(models, settings, pool);
      benchmark.generate(codec, prompts.subList(0, Math.min(rows, 2 * workers)), 2);
      long start = System.nanoTime();
      long cpu = cpuNanos();
      benchmark.generate(codec, prompts, (int) settings.rowsPerTask(rows, workers));
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpuSeconds = (cpuNanos() - cpu) / 1e9;
      print(dtype, threads, rows * newTokens / seconds, List.of(seconds, cpuSeconds));
      models.stream().skip(1).forEach(DecodingModel::close);
    } finally {
      pool.shutdown();
    }
  }

  /** Whoever is free takes the next range of rows. */
  private void generate(TokenCodec codec, List<String> prompts, int range) throws Exception {
    Queue<List<Generator.Request>> ranges = new ConcurrentLinkedQueue<>();
    for (int from = 0; from < prompts.size(); from += range) {
      List<Generator.Request> requests = new ArrayList<>();
      for (String prompt : prompts.subList(from, Math.min(prompts.size(), from + range))) {
        requests.add(new Generator.Request(from + requests.size(), codec.encodePrompt(prompt)));
      }
      ranges.add(requests);
    }
    List<Future<?>> running = new ArrayList<>();
    for (DecodingModel model : workers) {
      running.add(threads.submit(() -> work(model, ranges)));
    }
    for (Future<?> worker : running) {
      worker.get();
    }
  }

  private void work(DecodingModel model, Queue<List<Generator.Request>> ranges) {
    model.beThisThreads();
    Generator generator = new Generator(model, settings, NO_END);
    for (var next = ranges.poll(); next != null; next = ranges.poll()) {
      generator.generate(next);
    }
  }

  private static List<String> prompts(Path corpus, int rows) throws IOException {
    List<String> prompts = new ArrayList<>();
    try (Stream<String> lines = Files.lines(corpus)) {
      for (String line : (Iterable<String>) lines.limit(rows)::iterator) {
        prompts.add(JSON.readTree(line).get("q").asText());
      }
    }
    return prompts;
  }

  /** Of all threads of this process: tells more than the clock on a busy machine. */
  private static long cpuNanos() {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return process.getProcessCpuTime();
  }

  private static void print(String dtype, int threads, double speed, List<Double> seconds) {
    ObjectNode result = JSON.createObjectNode();
    result.put("peer", "sparklora generate");
    result.put("dtype", dtype);
    result.put("threads", threads);
    result.put("tokens_per_second", Math.round(speed * 10) / 10.0);
    result.put("seconds", Math.round(seconds.get(0) * 100) / 100.0);
    result.put("cpu_seconds", Math.round(seconds.get(1) * 100) / 100.0);
    System.out.println(result);
  }
}
