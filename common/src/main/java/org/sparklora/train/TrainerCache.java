package org.sparklora.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.sparklora.tensor.DeviceAddress;

/**
 * The loaded models of this JVM between attempts: a rank takes one, or loads one, and gives it
 * back. Only one run's models are kept.
 */
public final class TrainerCache {
  private static final TrainerCache HERE = new TrainerCache();

  private final Map<DeviceAddress, Deque<RankTrainer>> free = new HashMap<>();
  private RunSettings run;

  private TrainerCache() {}

  public static TrainerCache here() {
    return HERE;
  }

  /**
   * A free one of this run on the device, else what {@code load} opens; other runs' models are
   * closed.
   */
  public RankTrainer take(RunSettings wanted, DeviceAddress device, Supplier<RankTrainer> load) {
    synchronized (this) {
      if (!wanted.equals(run)) {
        closeAll();
        run = wanted;
      }
      RankTrainer kept = on(device).poll();
      if (kept != null) {
        return kept;
      }
    }
    return load.get();
  }

  /** For the next attempt; closed if another run has begun meanwhile. */
  public synchronized void giveBack(RunSettings of, DeviceAddress device, RankTrainer trainer) {
    if (of.equals(run)) {
      on(device).add(trainer);
    } else {
      trainer.close();
    }
  }

  private Deque<RankTrainer> on(DeviceAddress device) {
    return free.computeIfAbsent(device, d -> new ArrayDeque<>());
  }

  private void closeAll() {
    free.values().forEach(kept -> kept.forEach(RankTrainer::close));
    free.clear();
  }
}
