package org.sparklora.train;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.collective.AllReduce;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.PlannedRow;
import org.sparklora.train.StepReport.Kind;
import org.sparklora.train.StepSums.Tail;
import org.sparklora.train.TrainableModel.AdamStep;
import org.sparklora.train.TrainableModel.Values;

/**
 * One optimizer step of one rank: accumulate micro-batches, add up over ranks, then all ranks reach
 * the same verdict on the same numbers and apply the same update.
 */
final class TrainingStep {
  /** Labels per row assumed where the plan does not know a step's labels; corrected afterwards. */
  private static final int NOMINAL_LABELS = 256;

  private final RunSettings run;
  private final TrainableModel model;
  private final LoopState state;
  private final LinearSchedule schedule;
  private final StepSums sums;

  TrainingStep(RunSettings run, TrainableModel model, LoopState state, StepSums sums) {
    this.run = run;
    this.model = model;
    this.state = state;
    TrainConfig.Optimizer optimizer = run.config().optimizer();
    this.schedule =
        new LinearSchedule(optimizer.learningRate(), optimizer.warmupSteps(), run.grid().steps());
    this.sums = sums;
  }

  /** What a step came to. */
  record Verdict(
      Kind kind, double loss, double learningRate, double gradNorm, long tokens, boolean stop) {}

  /** Runs the next step; {@code stop} is this rank's vote to end after it. */
  Verdict run(List<PlannedRow> rows, AllReduce peers, boolean stop) {
    model.clearGradient();
    sums.clearTail();
    accumulate(rows);
    sums.put(Tail.STOP, stop ? 1 : 0);
    model.read(Values.GRADIENT, sums.gradient());
    peers.sum(sums.all());
    Verdict verdict = verdict();
    state.step++;
    return verdict;
  }

  private void accumulate(List<PlannedRow> planned) {
    List<MicroBatch.Row> rows = labelled(planned);
    if (rows.isEmpty()) {
      return;
    }
    int stepLabels = planned.get(0).stepLabels();
    boolean nominal = stepLabels == 0;
    double divisor = nominal ? nominalDivisor() : stepLabels;
    double loss = 0;
    int labels = 0;
    int tokens = 0;
    for (MicroBatch batch : MicroBatch.cut(rows, run.resolved().microBatchTokens())) {
      loss += model.accumulate(batch, state.scaler.scale() / divisor, state.step);
      labels += batch.labels();
      tokens += batch.tokens();
    }
    sums.putLoss(loss);
    sums.put(Tail.LABELS, labels);
    sums.put(Tail.TOKENS, tokens);
    sums.put(Tail.NOMINAL_DIVISOR, nominal ? 1 : 0);
  }

  private List<MicroBatch.Row> labelled(List<PlannedRow> planned) {
    LabelPolicy policy = run.resolved().labelPolicy();
    List<MicroBatch.Row> rows = new ArrayList<>();
    for (PlannedRow p : planned) {
      int first = policy.firstLabel(p.row().seqLen());
      if (first < p.row().length()) {
        rows.add(new MicroBatch.Row(p.row().inputIds(), first, p.slot()));
      }
    }
    sums.put(Tail.ROWS_WITHOUT_LABELS, planned.size() - rows.size());
    return rows;
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
    double rate = schedule.rate(state.updates);
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
    sums.scaleGradient(unscale * clip);
    model.write(Values.GRADIENT, sums.gradient());
    state.updates++;
    model.update(new AdamStep(state.updates, rate, run.config().optimizer().weightDecay()));
    state.scaler.good();
  }

  private void count(Kind kind) {
    state.tokens += (long) sums.get(Tail.TOKENS);
    state.rowsWithoutLabels += (long) sums.get(Tail.ROWS_WITHOUT_LABELS);
    state.skipped += kind == Kind.SKIPPED ? 1 : 0;
    state.overflows += kind == Kind.OVERFLOW ? 1 : 0;
  }
}
