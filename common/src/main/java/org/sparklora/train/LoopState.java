package org.sparklora.train;

/** Where the loop is, beside the trained values and moments; all of it is in the checkpoint. */
final class LoopState {
  long step;
  // AdamW updates applied; also how far the schedule is
  long updates;
  long skipped;
  long overflows;
  long rowsWithoutLabels;
  long repaired;
  long tokens;
  final LossScaler scaler;
  final LossHistory losses;

  LoopState(boolean fp16, long steps) {
    scaler = new LossScaler(fp16);
    losses = new LossHistory(steps);
  }
}
