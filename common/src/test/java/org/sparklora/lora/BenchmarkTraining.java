package org.sparklora.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.sparklora.Fixtures;
import org.sparklora.collective.AllReduce;
import org.sparklora.collective.LoopbackAllReduce;
import org.sparklora.lora.MeasuredRank.Measured;
import org.sparklora.model.Golden.Row;

/**
 * The training core in one process on what bench/peers/bench_corpus.py wrote: same rows, batches,
 * schedule and JSON line as bench/peers/bench_peft.py.
 *
 * <p>Arguments: {@code OUT [--dtype fp32|bf16] [--steps 12] [--batch 4] [--accumulate 2]
 * [--checkpointing true] [--ranks 1] [--threads 2] [--targets q_proj,v_proj] [--dropout 0.1]
 * [--init DIR] [--tokens 2048] [--limit true] [--evaluate true]}. {@code --ranks} threads of this
 * process share the rows of a step, each with {@code --threads} threads inside its kernels: compare
 * ranks × threads with the peer's threads. {@code --tokens} is the size of a micro-batch; {@code
 * --limit true} measures the matrix products of the model afterwards; with {@code --evaluate true}
 * the rows are only scored, as a run scores held-out ones.
 *
 * <p>The line: {@code tokens_per_second} after the first two steps, {@code losses}, {@code
 * first_step_s} from the start of the JVM to the end of the first step, {@code peak_rss_mb} (VmHWM,
 * mapped pages counted), and with the limit {@code matmul_gflops} (the best over the shapes, all
 * ranks at once), {@code limit_tokens_per_second} and {@code of_limit}.
 */
public final class BenchmarkTraining {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TrainingFlags flags;

  private BenchmarkTraining(TrainingFlags flags) {
    this.flags = flags;
  }

  public static void main(String[] arguments) throws Exception {
    new BenchmarkTraining(new TrainingFlags(arguments)).run();
  }

  private void run() throws Exception {
    List<Row> rows = rows(flags.steps() * flags.rowsPerStep());
    ExecutorService threads = Executors.newFixedThreadPool(flags.ranks());
    try {
      List<Measured> results = results(threads, rows);
      report(results, rows);
    } finally {
      threads.shutdownNow();
    }
  }

  private List<Measured> results(ExecutorService threads, List<Row> rows)
      throws InterruptedException, ExecutionException {
    List<Future<Measured>> running = new ArrayList<>();
    for (AllReduce group : LoopbackAllReduce.group(flags.ranks())) {
      running.add(threads.submit(() -> new MeasuredRank(flags, group, rows).run()));
    }
    List<Measured> results = new ArrayList<>();
    for (Future<Measured> rank : running) {
      results.add(rank.get());
    }
    return results;
  }

  private List<Row> rows(int needed) throws IOException {
    List<Row> all = new ArrayList<>();
    try (Stream<String> lines = Files.lines(flags.out().resolve("features.jsonl"))) {
      for (String line : (Iterable<String>) lines.limit(needed)::iterator) {
        JsonNode row = JSON.readTree(line);
        all.add(new Row(Fixtures.ints(row.get("input_ids")), row.get("seq_len").asInt()));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < needed; i++) {
      rows.add(all.get(i % all.size()));
    }
    return rows;
  }

  private void report(List<Measured> results, List<Row> rows) throws IOException {
    Measured first = results.get(0);
    ObjectNode line = JSON.createObjectNode().put("peer", "sparklora").put("dtype", flags.dtype());
    line.put("threads", flags.ranks() * flags.threads());
    line.put("ranks", flags.ranks()).put("threads_per_rank", flags.threads());
    line.put("checkpointing", flags.checkpointing());
    line.put("tokens_per_second", rounded(first.tokensPerSecond(), 10));
    line.put("seconds", rounded(first.seconds(), 100));
    line.put("cpu_seconds", rounded(first.cpuSeconds(), 100));
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    line.put("first_step_s", rounded((first.firstStepMillis() - started) / 1e3, 100));
    first.losses().forEach(loss -> line.withArray("losses").add(rounded(loss, 1e5)));
    line.put("peak_rss_mb", peakKilobytes() / 1024);
    if (flags.limit()) {
      double flops = results.stream().mapToDouble(Measured::matmulFlops).sum();
      double limit = flops / first.work().flopPerToken(rows, flags.checkpointing());
      line.put("matmul_gflops", rounded(flops / 1e9, 10));
      line.put("limit_tokens_per_second", rounded(limit, 10));
      line.put("of_limit", rounded(first.tokensPerSecond() / limit, 1000));
    }
    System.out.println(line);
  }

  private static double rounded(double value, double parts) {
    return Math.round(value * parts) / parts;
  }

  private static long peakKilobytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    }
  }
}
