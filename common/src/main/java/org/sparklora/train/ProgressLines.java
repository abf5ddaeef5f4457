package org.sparklora.train;

import java.util.function.Consumer;
import org.sparklora.metric.LoggedStep;

/** Chooses what is worth a line on the driver. */
public final class ProgressLines implements Progress {
  private static final long LONGEST_SILENCE_NANOS = 30_000_000_000L;

  private final int every;
  private final Consumer<String> lines;
  private boolean first = true;
  private long last = System.nanoTime();

  public ProgressLines(int every, Consumer<String> lines) {
    this.every = every;
    this.lines = lines;
  }

  /** The first step, each of the logged ones, the last, and one in half a minute. */
  @Override
  public void step(StepReport report) {
    boolean logged = report.step() % every == 0 || report.step() == report.steps();
    if (first || logged || wasSilent()) {
      first = false;
      say(report.line());
    }
  }

  /** One in half a minute. */
  @Override
  public void evaluating(long step, long rows) {
    if (wasSilent()) {
      say("evaluation after step %d: %d rows done".formatted(step, rows));
    }
  }

  @Override
  public void evaluated(EvaluationReport report) {
    say(report.line());
  }

  @Override
  public void news(String line) {
    say(line);
  }

  /** Figures are no line. */
  @Override
  public void logged(LoggedStep step) {}

  private boolean wasSilent() {
    return System.nanoTime() - last > LONGEST_SILENCE_NANOS;
  }

  private void say(String line) {
    last = System.nanoTime();
    lines.accept(line);
  }
}
