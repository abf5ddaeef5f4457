package org.sparklora.train;

/** Tokens and steps per second since this was created. */
final class Speed {
  private final long started = System.nanoTime();
  private long tokens;
  private long steps;

  void step(long tokensOfStep) {
    tokens += tokensOfStep;
    steps++;
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
