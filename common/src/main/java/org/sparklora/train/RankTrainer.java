package org.sparklora.train;

import java.util.Iterator;
import org.sparklora.collective.AllReduce;

/**
 * One rank of a run: the model, the optimizer's state and the loop over steps. Lives as long as its
 * JVM wants to keep the loaded model; used from one thread.
 */
public final class RankTrainer implements AutoCloseable {
  /** Steps that may be left out because something was not finite; one more ends the run. */
  static final int MOST_SKIPPED = 10;

  private final RunSettings run;
  private final TrainableModel model;
  private final LoopState state;

  /** Takes over {@code model}. */
  public RankTrainer(RunSettings run, TrainableModel model) {
    this.run = run;
    this.model = model;
    this.state = new LoopState(run.resolved().baseDtype().equals("fp16"), run.grid().steps());
  }

  /**
   * Trains a segment together with the other ranks.
   *
   * @param rows this rank's rows of the segment, sorted by step and slot
   */
  public SegmentResult train(
      Segment segment, Iterator<PlannedRow> rows, AllReduce peers, RankServices services) {
    TrainingStep step = new TrainingStep(run, model, state);
    return new SegmentRun(run, state, segment, peers, services).train(step, rows);
  }

  @Override
  public void close() {
    model.close();
  }
}
