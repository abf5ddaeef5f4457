package org.sparklora.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * The loaded models of this JVM between attempts: a rank takes one, or loads one, and gives it
 * back. Only one run's models are kept.
 */
public final class TrainerCache {
  private static final TrainerCache HERE = new TrainerCache();

  private final Deque<RankTrainer> free = new ArrayDeque<>();
  private RunSettings run;

  private TrainerCache() {}

  public static TrainerCache here() {
    return HERE;
  }

  /** A free one of this run, else what {@code load} opens; other runs' models are closed. */
  public RankTrainer take(RunSettings wanted, Supplier<RankTrainer> load) {
    synchronized (this) {
      if (!wanted.equals(run)) {
        closeAll();
        run = wanted;
      }
      RankTrainer kept = free.poll();
      if (kept != null) {
        return kept;
      }
    }
    return load.get();
  }

  /** For the next attempt; closed if another run has begun meanwhile. */
  public synchronized void giveBack(RunSettings of, RankTrainer trainer) {
    if (of.equals(run)) {
      free.add(trainer);
    } else {
      trainer.close();
    }
  }

  private void closeAll() {
    free.forEach(RankTrainer::close);
    free.clear();
  }
}
