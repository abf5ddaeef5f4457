package org.sparklora.train;

import java.util.function.Supplier;

/** Tokens and steps per second since this was created, but for pauses. */
final class Speed {
  private long started = System.nanoTime();
  private long tokens;
  private long steps;

  void step(long tokensOfStep) {
    tokens += tokensOfStep;
    steps++;
  }

  /** Does what is no training. */
  <T> T pausing(Supplier<T> work) {
    long before = System.nanoTime();
    try {
      return work.get();
    } finally {
      started += System.nanoTime() - before;
    }
  }

  double tokensPerSecond() {
    return tokens / seconds();
  }

  double secondsFor(long moreSteps) {
    return steps == 0 ? 0 : seconds() / steps * moreSteps;
  }

  private double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }
}
