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
import org.sparklora.generation.GenerationSettings;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberChoice;
import org.sparklora.tensor.Processor;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/**
 * Our side of {@code bench/peers/bench_generate.py}: the same rows, batch and number of new tokens,
 * greedy, no row ends early; prints the same JSON. Like tasks of an executor, workers share the
 * weights and take ranges of rows. How well rows foretold themselves is printed, too.
 *
 * <pre>OUT [--rows 32] [--batch 16] [--new 64] [--dtype fp32|bf16] [--threads N] [--workers N]
 * [--prompt_lookup_num_tokens N] [--ids FILE] [--adapter FOLDER] [--to_end true]
 * </pre>
 *
 * New ids go to {@code --ids}, a row a line, to compare the sides' answers. {@code --to_end} lets
 * the end token end a row, as the predict job does; the rate counts the tokens that were made.
 */
final class BenchmarkGenerate {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NO_END = -1;

  private final List<DecodingModel> workers;
  private final GenerationSettings settings;
  private final ExecutorService threads;
  private final int endOfSequence;

  private BenchmarkGenerate(
      List<DecodingModel> workers,
      GenerationSettings settings,
      ExecutorService threads,
      int endOfSequence) {
    this.workers = workers;
    this.settings = settings;
    this.threads = threads;
    this.endOfSequence = endOfSequence;
  }

  /** A run over all rows: new ids in the order of the prompts, and what came of drafts. */
  private record Result(List<int[]> ids, DraftCounts counts) {
    long tokens() {
      return ids.stream().mapToLong(row -> row.length).sum();
    }
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, String> flags = new HashMap<>();
    for (int i = 1; i + 1 < arguments.length; i += 2) {
      flags.put(arguments[i].substring(2), arguments[i + 1]);
    }
    Path out = Path.of(arguments[0]);
    NumberChoice dtype =
        flags.getOrDefault("dtype", "fp32").equals("bf16") ? NumberChoice.BF16 : NumberChoice.FP32;
    int threads = whole(flags, "threads", Runtime.getRuntime().availableProcessors());
    int workers = whole(flags, "workers", threads);
    int rows = whole(flags, "rows", 32);
    GenerationSettings settings = settings(flags);
    ComputeOptions options =
        CpuOptions.of(dtype.resolve(Processor.CPU), Math.max(1, threads / workers));
    String adapter = flags.getOrDefault("adapter", "");
    ModelChoice choice = new ModelChoice(out.resolve("model").toString(), adapter, dtype, "");
    List<String> prompts = prompts(out.resolve("corpus.jsonl"), rows);
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try (TokenCodec codec = Codecs.open(out.resolve("model"));
        DecodingModel model = OpenedModel.open(Store.local(), choice, options)) {
      List<DecodingModel> models =
          Stream.iterate(model, DecodingModel::forAnotherThread).limit(workers).toList();
      int end = flags.containsKey("to_end") ? codec.endOfSequence() : NO_END;
      BenchmarkGenerate benchmark = new BenchmarkGenerate(models, settings, pool, end);
      benchmark.generate(codec, prompts.subList(0, Math.min(rows, 2 * workers)), 2);
      long start = System.nanoTime();
      long cpu = cpuNanos();
      int range = (int) settings.rowsPerTask(prompts.size(), workers);
      Result result = benchmark.generate(codec, prompts, range);
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpuSeconds = (cpuNanos() - cpu) / 1e9;
      print(flags, result, seconds, cpuSeconds);
      models.stream().skip(1).forEach(DecodingModel::close);
    } finally {
      pool.shutdown();
    }
  }

  private static GenerationSettings settings(Map<String, String> flags) {
    return new GenerationSettings(
        whole(flags, "new", 64),
        0,
        1,
        42,
        whole(flags, "batch", 16),
        whole(flags, "prompt_lookup_num_tokens", GenerationSettings.DEFAULT_LOOKUP));
  }

  private static int whole(Map<String, String> flags, String name, int otherwise) {
    return flags.containsKey(name) ? Integer.parseInt(flags.get(name)) : otherwise;
  }

  /** Whoever is free takes the next range of rows. */
  private Result generate(TokenCodec codec, List<String> prompts, int range) throws Exception {
    Queue<List<Generator.Request>> ranges = new ConcurrentLinkedQueue<>();
    for (int from = 0; from < prompts.size(); from += range) {
      List<Generator.Request> requests = new ArrayList<>();
      for (String prompt : prompts.subList(from, Math.min(prompts.size(), from + range))) {
        requests.add(new Generator.Request(from + requests.size(), codec.encodePrompt(prompt)));
      }
      ranges.add(requests);
    }
    int[][] ids = new int[prompts.size()][];
    List<Future<DraftCounts>> running = new ArrayList<>();
    for (DecodingModel model : workers) {
      running.add(threads.submit(() -> work(model, ranges, ids)));
    }
    DraftCounts counts = DraftCounts.NONE;
    for (Future<DraftCounts> worker : running) {
      counts = counts.plus(worker.get());
    }
    return new Result(List.of(ids), counts);
  }

  private DraftCounts work(
      DecodingModel model, Queue<List<Generator.Request>> ranges, int[][] ids) {
    model.bindToThread();
    Generator generator = Generators.endingAt(model, settings, endOfSequence);
    for (var next = ranges.poll(); next != null; next = ranges.poll()) {
      List<int[]> answers = generator.generate(next);
      for (int i = 0; i < answers.size(); i++) {
        ids[(int) next.get(i).row()] = answers.get(i);
      }
    }
    return generator.counts();
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

  private static void print(
      Map<String, String> flags, Result result, double seconds, double cpuSeconds)
      throws IOException {
    DraftCounts counts = result.counts();
    ObjectNode json = JSON.createObjectNode();
    json.put("peer", "sparklora generate");
    flags.forEach(json::put);
    json.put("tokens_per_second", rounded(result.tokens() / seconds, 10));
    json.put("seconds", rounded(seconds, 100));
    json.put("cpu_seconds", rounded(cpuSeconds, 100));
    json.put("tokens", result.tokens());
    json.put("tokens_per_step", rounded(tokensPerStep(counts), 100));
    json.put("proposed", counts.drafted());
    json.put("accepted", counts.accepted());
    System.out.println(json);
    if (flags.containsKey("ids")) {
      List<String> lines = new ArrayList<>();
      for (int[] row : result.ids()) {
        lines.add(JSON.writeValueAsString(row));
      }
      Files.write(Path.of(flags.get("ids")), lines);
    }
  }

  private static double tokensPerStep(DraftCounts counts) {
    return (double) (counts.steps() + counts.accepted()) / counts.steps();
  }

  private static double rounded(double value, double parts) {
    return Math.round(value * parts) / parts;
  }
}
