package org.sparklora.lora;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sparklora.collective.AllReduce;
import org.sparklora.lora.TrainableModel.AdamStep;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.model.Golden;
import org.sparklora.model.Golden.Row;
import org.sparklora.model.PackedBatch;

/** One rank of {@link BenchmarkTraining}: its share of the rows of each step, measured. */
final class MeasuredRank {
  private static final int WARM_UP = 2;

  private final TrainingFlags flags;
  private final AllReduce group;
  private final List<Row> rows;
  private final List<Double> losses = new ArrayList<>();

  MeasuredRank(TrainingFlags flags, AllReduce group, List<Row> rows) {
    this.flags = flags;
    this.group = group;
    this.rows = rows;
  }

  /** What a rank saw; tokens are those of all ranks, the products' rate is its own. */
  record Measured(
      List<Double> losses,
      double tokensPerSecond,
      double seconds,
      double cpuSeconds,
      long firstStepMillis,
      double matmulFlops,
      ModelWork work) {}

  Measured run() {
    try (LoraModel model = flags.open()) {
      work(model, 0);
      long firstStep = System.currentTimeMillis();
      for (int step = 1; step < WARM_UP; step++) {
        work(model, step);
      }
      long start = System.nanoTime();
      long cpuStart = cpuNanos();
      for (int step = WARM_UP; step < flags.steps(); step++) {
        work(model, step);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpuSeconds = (cpuNanos() - cpuStart) / 1e9;
      long tokens = tokens(rows.subList(WARM_UP * flags.rowsPerStep(), rows.size()));
      ModelWork work = new ModelWork(model.decoder().spec());
      double flops = flags.limit() ? flops(work) : 0;
      return new Measured(losses, tokens / seconds, seconds, cpuSeconds, firstStep, flops, work);
    }
  }

  private double flops(ModelWork work) {
    group.gather(new byte[0]);
    return work.bestFlops(flags.type());
  }

  private void work(LoraModel model, int step) {
    if (flags.evaluates()) {
      evaluate(model, step);
    } else {
      step(model, step);
    }
  }

  /** The rows of a step, forward only, as a run evaluates held-out ones. */
  private void evaluate(LoraModel model, int step) {
    int perStep = flags.rowsPerStep();
    List<Row> all = rows.subList(step * perStep, (step + 1) * perStep);
    double nll = 0;
    for (PackedBatch batch : microBatches(own(all), all)) {
      nll += model.score(batch).nll();
    }
    byte[] mine = ByteBuffer.allocate(Double.BYTES).putDouble(nll).array();
    double sum = group.gather(mine).stream().mapToDouble(m -> ByteBuffer.wrap(m).getDouble()).sum();
    losses.add(sum / Golden.pack(all, "answer", 0).labelled());
  }

  private void step(LoraModel model, int step) {
    int perStep = flags.rowsPerStep();
    List<Row> all = rows.subList(step * perStep, (step + 1) * perStep);
    int labels = Golden.pack(all, "answer", 0).labelled();
    model.clearGradient();
    for (PackedBatch batch : microBatches(own(all), all)) {
      model.accumulate(batch, 1.0 / labels, step);
    }
    losses.add(summed(model, model.loss()) / labels);
    double clip = Math.min(1, 1 / (GradientNorm.of(model) + 1e-6));
    double rate = 1e-4 * (1 - (double) step / flags.steps());
    model.update(new AdamStep(step + 1, clip, rate, 0));
  }

  /** Sums the gradient over the ranks; the sum of {@code loss}. */
  private double summed(LoraModel model, double loss) {
    if (group.ranks() == 1) {
      return loss;
    }
    int size = model.size();
    ByteBuffer bytes = ByteBuffer.allocateDirect(4 * (size + 1)).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer values = bytes.asFloatBuffer().put(size, (float) loss).limit(size);
    model.read(Values.GRADIENT, values.duplicate());
    group.sum(bytes);
    model.write(Values.GRADIENT, values);
    return bytes.getFloat(4 * size);
  }

  /** Longest first to the rank with the fewest tokens. */
  private List<Row> own(List<Row> all) {
    List<Row> byLength = new ArrayList<>(all);
    byLength.sort(Comparator.comparing(row -> -row.ids().length));
    long[] load = new long[group.ranks()];
    List<Row> own = new ArrayList<>();
    for (Row row : byLength) {
      int rank = 0;
      for (int i = 1; i < load.length; i++) {
        rank = load[i] < load[rank] ? i : rank;
      }
      load[rank] += row.ids().length;
      if (rank == group.rank()) {
        own.add(row);
      }
    }
    return own;
  }

  private List<PackedBatch> microBatches(List<Row> own, List<Row> all) {
    List<PackedBatch> batches = new ArrayList<>();
    int first = 0;
    while (first < own.size()) {
      int next = first + 1;
      long tokens = own.get(first).ids().length;
      while (next < own.size()
          && tokens + own.get(next).ids().length <= flags.tokensPerMicroBatch()) {
        tokens += own.get(next++).ids().length;
      }
      batches.add(packed(own.subList(first, next), all));
      first = next;
    }
    return batches;
  }

  /** Dropout follows a row's position in the step, whichever rank has it. */
  private static PackedBatch packed(List<Row> rows, List<Row> all) {
    PackedBatch batch = Golden.pack(rows, "answer", 0);
    for (int i = 0; i < rows.size(); i++) {
      batch.rowPositions()[i] = all.indexOf(rows.get(i));
    }
    return batch;
  }

  private static long tokens(List<Row> rows) {
    return rows.stream().mapToLong(row -> row.ids().length).sum();
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }
}
