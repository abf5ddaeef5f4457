package org.sparklora.train;

import java.util.function.Consumer;

/** Chooses the steps that are worth a line on the driver. */
public final class ProgressLines {
  private static final long LONGEST_SILENCE_NANOS = 30_000_000_000L;

  private final int every;
  private final Consumer<String> lines;
  private boolean first = true;
  private long last;

  public ProgressLines(int every, Consumer<String> lines) {
    this.every = every;
    this.lines = lines;
  }

  /** The first step, each of the logged ones, the last, and one in half a minute. */
  public void step(StepReport report) {
    long now = System.nanoTime();
    boolean logged = report.step() % every == 0 || report.step() == report.steps();
    if (first || logged || now - last > LONGEST_SILENCE_NANOS) {
      first = false;
      last = now;
      lines.accept(report.line());
    }
  }
}
