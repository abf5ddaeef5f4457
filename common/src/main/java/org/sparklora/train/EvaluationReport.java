package org.sparklora.train;

import org.sparklora.evaluation.Evaluation;

/**
 * What an evaluation found, as shown during training.
 *
 * @param steps steps of the whole run
 * @param rows rows with labels
 * @param seconds that it took
 * @param best whether it is the best so far
 */
public record EvaluationReport(
    Evaluation evaluation, long steps, long rows, double seconds, boolean best) {
  /** The progress line. */
  public String line() {
    return "evaluation after step %d/%d  loss %.4f  perplexity %.4g  token accuracy %.4f  %d rows in %.1f s%s"
        .formatted(
            evaluation.step(),
            steps,
            evaluation.loss(),
            evaluation.perplexity(),
            evaluation.tokenAccuracy(),
            rows,
            seconds,
            best ? "  (best)" : "");
  }
}
