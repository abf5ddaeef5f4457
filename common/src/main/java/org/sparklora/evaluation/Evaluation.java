package org.sparklora.evaluation;

import java.io.Serializable;

/**
 * What one evaluation of a run found.
 *
 * @param step steps trained before it
 * @param epoch epochs passed
 * @param loss mean −log p of a label over all rows
 * @param tokenAccuracy part of the labels that are the likeliest id
 */
public record Evaluation(long step, double epoch, double loss, double tokenAccuracy)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static Evaluation of(long step, double epoch, Score score) {
    return new Evaluation(step, epoch, score.loss(), score.tokenAccuracy());
  }

  public double perplexity() {
    return Math.exp(loss);
  }
}
