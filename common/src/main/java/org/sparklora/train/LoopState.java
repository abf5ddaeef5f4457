package org.sparklora.train;

import org.sparklora.evaluation.Judgement;
import org.sparklora.tensor.NumberType;

/** Where the loop is, beside the trained values and moments; all of it is in the checkpoint. */
final class LoopState {
  // steps done
  long step;
  // AdamW updates applied; also how far the schedule is
  long updates;
  // steps left out because something was not finite
  long skipped;
  // steps in which a gradient overflowed in fp16
  long overflows;
  long rowsWithoutLabels;
  // how often the ranks' values differed and rank 0's were taken
  long repaired;
  long tokens;
  // folder of the newest checkpoint on the way to this state; not saved in it
  String checkpoint = "";
  final LossScaler scaler;
  final LossHistory losses;
  final Judgement judgement;

  LoopState(RunSettings run) {
    scaler = new LossScaler(run.resolved().baseDtype() == NumberType.FP16);
    losses = new LossHistory(run.grid().steps());
    judgement = new Judgement(run.config().evaluation().rule());
  }
}
