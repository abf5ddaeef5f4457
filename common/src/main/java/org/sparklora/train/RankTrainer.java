package org.sparklora.train;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.sparklora.adapter.Adapter;
import org.sparklora.collective.AllReduce;
import org.sparklora.evaluation.Evaluation;
import org.sparklora.evaluation.Outcome;
import org.sparklora.lora.TrainableModel;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.plan.PlannedRow;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.train.SegmentResult.End;

/**
 * One rank of a run: the model, the optimizer's state and the loop over steps. Lives as long as its
 * JVM keeps the loaded model; used from one thread at a time.
 */
public final class RankTrainer implements AutoCloseable {
  /** Steps that may be skipped because something was not finite; one more ends the run. */
  static final int MOST_SKIPPED = 10;

  private final RunSettings run;
  private final TrainableModel model;
  private final float[] initial;
  // native memory, hence kept from one segment to the next; null before the first
  private StepSums sums;
  private final MicroBatchSize microBatches;
  // what the last segment left; null when it failed or there was none
  private LoopState held;

  /**
   * Loads the run's base with the adapter that the run begins with.
   *
   * @param device {@code cpu} or the index of a GPU
   */
  public static RankTrainer open(RunSettings run, RankSetup setup, DeviceAddress device) {
    return new RankTrainer(run, RunModel.open(run, setup, device));
  }

  /** Takes over {@code model}, whose values are the run's first. */
  RankTrainer(RunSettings run, TrainableModel model) {
    this.run = run;
    this.model = model;
    this.microBatches = new MicroBatchSize(run);
    this.initial = new float[model.size()];
    model.read(Values.PARAMETERS, FloatBuffer.wrap(initial));
  }

  /**
   * Trains a segment together with the other ranks: agrees on the state to start from, runs the
   * steps, saves checkpoints. After a failure the next call starts from a checkpoint again.
   *
   * @param rows this rank's rows of the segment, sorted by step and slot
   */
  public SegmentResult train(
      Segment segment, Iterator<PlannedRow> rows, AllReduce peers, RankServices services) {
    TimedAllReduce timed = new TimedAllReduce(peers);
    Attempt attempt = new Attempt(run, segment, timed, services);
    SavedStates saved = new SavedStates(attempt, model);
    LoopState before = held;
    held = null;
    LoopState state = saved.restore(before, initial);
    try (RunLog log = RunLog.open(attempt);
        RankClock clock = new RankClock(timed)) {
      TrainingStep step = new TrainingStep(run, model, state, sums(peers.ranks()), microBatches);
      SegmentResult result = new SegmentRun(attempt, saved, state, log, clock).train(step, rows);
      held = state;
      return result.end() == End.RUN_DONE ? result.with(warnings(state)) : result;
    }
  }

  private StepSums sums(int ranks) {
    if (sums == null || sums.ranks() != ranks) {
      sums = new StepSums(model.size(), ranks);
    }
    return sums;
  }

  private List<String> warnings(LoopState state) {
    List<String> warnings = new ArrayList<>();
    Adapter adapter = model.adapter(run.resolved().modelCheckpoint());
    boolean zero = adapter.modules().stream().allMatch(m -> isZero(adapter.b(m).floats()));
    if (zero) {
      warnings.add("The adapter changes nothing: all its B matrices are still zero.");
    }
    if (state.losses.stayed()) {
      warnings.add(
          "The loss did not fall: %.4f over the first steps, %.4f over the last. Raise --learning_rate or --max_steps."
              .formatted(state.losses.atFirst(), state.losses.atLast()));
    }
    Outcome judged = state.judgement.outcome(run.config().evaluation().onStart());
    if (judged.before() <= bestLoss(state)) {
      warnings.add(
          "No evaluation was better than what training began with: loss %.4f before, %.4f at best. Lower --learning_rate, or look at the held-out rows."
              .formatted(judged.before(), bestLoss(state)));
    }
    if (!microBatches.warning().isEmpty()) {
      warnings.add(microBatches.warning());
    }
    if (state.skipped > 0) {
      warnings.add(
          "%d steps were left out because a loss or gradient was not finite."
              .formatted(state.skipped));
    }
    if (state.rowsWithoutLabels > 0) {
      warnings.add("%d rows had no labels and trained nothing.".formatted(state.rowsWithoutLabels));
    }
    if (state.repaired > 0) {
      warnings.add(
          "The ranks' adapters differed %d times and were made equal to rank 0's."
              .formatted(state.repaired));
    }
    return warnings;
  }

  /** The lowest loss of an evaluation after the first. */
  private static double bestLoss(LoopState state) {
    return state.judgement.evaluations().stream()
        .skip(1)
        .mapToDouble(Evaluation::loss)
        .min()
        .orElse(Double.NaN);
  }

  private static boolean isZero(float[] values) {
    for (float v : values) {
      if (v != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    model.close();
  }
}
