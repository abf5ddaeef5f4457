package org.sparklora.train;

import java.util.concurrent.locks.LockSupport;
import org.sparklora.lora.TrainableModel;
import org.sparklora.model.PackedBatch;

/** A tiny model on a slow host: it sleeps in each batch, and for long in one step. */
final class SleepyModel extends LikeAnother {
  private static final long MILLI = 1_000_000L;
  private static final long STANDSTILL = 2_000 * MILLI;

  private final long millis;
  private long frozenStep;

  private SleepyModel(long millis, long frozenStep) {
    super(new TinyModel());
    this.millis = millis;
    this.frozenStep = frozenStep;
  }

  /** Of the steps, {@code frozenStep} takes two seconds longer; −1 for none. */
  static TrainableModel of(long millis, long frozenStep) {
    return new SleepyModel(millis, frozenStep);
  }

  @Override
  public void accumulate(PackedBatch batch, double scale, long step) {
    before(step);
    super.accumulate(batch, scale, step);
  }

  private void before(long step) {
    park(millis * MILLI);
    if (step == frozenStep) {
      frozenStep = -1;
      park(STANDSTILL);
    }
  }

  private static void park(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
