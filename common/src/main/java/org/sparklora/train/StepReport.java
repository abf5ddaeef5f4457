package org.sparklora.train;

import java.io.Serializable;
import java.util.Locale;
import org.sparklora.TimeSpan;

/**
 * What one step did, as shown during training.
 *
 * @param step steps done, this one included
 * @param steps steps of the whole run
 * @param epoch epochs passed
 * @param loss Σ NLL / labels over all ranks; NaN where the step had no label or was not finite
 * @param learningRate used in this step
 * @param gradNorm before clipping
 * @param tokens ids of the step's labelled rows over all ranks
 * @param tokensPerSecond since the attempt's first step
 * @param secondsLeft at that speed
 * @param kind whether the adapter changed, and why not
 */
public record StepReport(
    long step,
    long steps,
    double epoch,
    double loss,
    double learningRate,
    double gradNorm,
    long tokens,
    double tokensPerSecond,
    double secondsLeft,
    Kind kind)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How a step ended. */
  public enum Kind {
    APPLIED,
    /** No row of the step has a label. */
    EMPTY,
    /** The fp16 scaler halves its scale; no fault. */
    OVERFLOW,
    /** A loss or gradient was not finite. */
    SKIPPED
  }

  /** The progress line. */
  public String line() {
    return "step %d/%d  loss %.4f  lr %.3g  grad norm %.3g  %.0f tokens/s  left %s%s"
        .formatted(
            step,
            steps,
            loss,
            learningRate,
            gradNorm,
            tokensPerSecond,
            TimeSpan.text(secondsLeft),
            kind == Kind.APPLIED ? "" : "  (" + kind.name().toLowerCase(Locale.ROOT) + ")");
  }
}
