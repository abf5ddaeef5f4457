package org.sparklora.jobs.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.sparklora.train.RankTrainer;
import org.sparklora.train.RunSettings;

/**
 * The loaded models of this JVM between attempts: a rank takes one, or loads one, and gives it
 * back. Only one run's models are kept.
 */
final class LoadedRanks {
  private static final LoadedRanks HERE = new LoadedRanks();

  private final Deque<RankTrainer> free = new ArrayDeque<>();
  private RunSettings run;

  private LoadedRanks() {}

  static LoadedRanks here() {
    return HERE;
  }

  /** A free one of this run, else what {@code load} opens; other runs' models are closed. */
  RankTrainer take(RunSettings wanted, Supplier<RankTrainer> load) {
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
  synchronized void giveBack(RunSettings of, RankTrainer trainer) {
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
