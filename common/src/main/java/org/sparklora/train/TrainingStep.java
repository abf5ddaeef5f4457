package org.sparklora.train;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.function.Consumer;
import org.sparklora.batch.MicroBatches;
import org.sparklora.collective.AllReduce;
import org.sparklora.lora.TrainableModel;
import org.sparklora.lora.TrainableModel.AdamStep;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.plan.PlannedRow;
import org.sparklora.train.StepReport.Kind;
import org.sparklora.train.StepSums.Tail;

/**
 * One optimizer step of one rank: accumulate micro-batches, sum over the ranks; then all ranks
 * reach the same verdict on the same numbers and apply the same update.
 */
final class TrainingStep {
  /** Labels per row assumed where the plan does not know a step's labels; corrected afterwards. */
  private static final int NOMINAL_LABELS = 256;

  private final RunSettings run;
  private final TrainableModel model;
  private final LoopState state;
  private final StepSums sums;
  private final MicroBatchSize size;

  TrainingStep(
      RunSettings run, TrainableModel model, LoopState state, StepSums sums, MicroBatchSize size) {
    this.run = run;
    this.model = model;
    this.state = state;
    this.sums = sums;
    this.size = size;
  }

  /** The outcome of a step. */
  record Verdict(
      Kind kind, double loss, double learningRate, double gradNorm, long tokens, boolean stop) {}

  /** The evaluation of this rank's share of the held-out rows, in batches as a step's. */
  EvaluationPass evaluation(List<PlannedRow> rows, AllReduce peers) {
    return new EvaluationPass(model, size, rows, peers);
  }

  /**
   * Runs the next step; {@code stop} is this rank's vote to end after it.
   *
   * @param rider puts what else goes along with the last sum
   */
  Verdict run(List<PlannedRow> rows, AllReduce peers, boolean stop, Consumer<StepSums> rider) {
    sums.clearTail();
    accumulate(rows);
    sums.put(Tail.STOP, stop ? 1 : 0);
    exchange(peers, rider);
    Verdict verdict = verdict();
    state.step++;
    return verdict;
  }

  /** Part by part: one comes from the device while the one before is summed over the ranks. */
  private void exchange(AllReduce peers, Consumer<StepSums> rider) {
    AllReduce.Pending before = () -> {};
    for (StepSums.Part part : sums.parts(model.readAtOnce())) {
      model.read(Values.GRADIENT, part.from(), part.gradient());
      if (part.isLast()) {
        sums.putLoss(model.loss());
        rider.accept(sums);
      }
      before.await();
      before = peers.beginSum(part.bytes());
    }
    before.await();
  }

  private void accumulate(List<PlannedRow> planned) {
    MicroBatches batches = size.batches();
    List<PlannedRow> rows = batches.labelled(planned);
    sums.put(Tail.ROWS_WITHOUT_LABELS, planned.size() - rows.size());
    if (rows.isEmpty()) {
      model.clearGradient();
      return;
    }
    int stepLabels = rows.get(0).stepLabels();
    boolean nominal = stepLabels == 0;
    double divisor = nominal ? nominalDivisor() : stepLabels;
    double scale = state.scaler.scale() / divisor;
    while (!hasGradient(rows, scale)) {
      // again, with less at once: size has changed, or it has thrown
    }
    sums.put(Tail.LABELS, rows.stream().mapToInt(batches::labels).sum());
    sums.put(Tail.TOKENS, rows.stream().mapToInt(row -> row.row().length()).sum());
    sums.put(Tail.NOMINAL_DIVISOR, nominal ? 1 : 0);
  }

  /** Whether there was memory for the gradient of all rows; if not, less is done at once now. */
  private boolean hasGradient(List<PlannedRow> rows, double scale) {
    MicroBatches batches = size.batches();
    model.clearGradient();
    for (List<PlannedRow> part : batches.cut(rows)) {
      try {
        model.accumulate(batches.packed(part), scale, state.step);
      } catch (EngineException e) {
        size.makeRoom(part, e, model);
        return false;
      }
    }
    return true;
  }

  private double nominalDivisor() {
    return (double) run.grid().rowsPerStep() * NOMINAL_LABELS;
  }

  private Verdict verdict() {
    double labels = sums.get(Tail.LABELS);
    double loss = sums.loss() / labels;
    double unscale = 1 / state.scaler.scale();
    if (sums.get(Tail.NOMINAL_DIVISOR) > 0) {
      unscale *= nominalDivisor() / labels;
    }
    double norm = sums.norm() * unscale;
    double rate = run.learningRate(state.updates);
    Kind kind = kind(labels, loss, norm);
    if (kind == Kind.APPLIED) {
      apply(unscale, norm, rate);
      state.losses.add(loss);
    }
    count(kind);
    return new Verdict(
        kind, loss, rate, norm, (long) sums.get(Tail.TOKENS), sums.get(Tail.STOP) > 0);
  }

  private Kind kind(double labels, double loss, double norm) {
    if (labels == 0) {
      return Kind.EMPTY;
    }
    if (Double.isFinite(loss) && Double.isFinite(norm)) {
      return Kind.APPLIED;
    }
    return Double.isFinite(loss) && state.scaler.overflowed() ? Kind.OVERFLOW : Kind.SKIPPED;
  }

  private void apply(double unscale, double norm, double rate) {
    double most = run.config().optimizer().maxGradNorm();
    double clip = most == 0 ? 1 : Math.min(1, most / (norm + 1e-6));
    model.write(Values.GRADIENT, sums.gradient());
    state.updates++;
    double decay = run.config().optimizer().weightDecay();
    model.update(new AdamStep(state.updates, unscale * clip, rate, decay));
    state.scaler.good();
  }

  private void count(Kind kind) {
    state.tokens += (long) sums.get(Tail.TOKENS);
    state.rowsWithoutLabels += (long) sums.get(Tail.ROWS_WITHOUT_LABELS);
    state.skipped += kind == Kind.SKIPPED ? 1 : 0;
    state.overflows += kind == Kind.OVERFLOW ? 1 : 0;
  }
}
