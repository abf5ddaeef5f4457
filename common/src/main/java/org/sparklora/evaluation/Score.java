package org.sparklora.evaluation;

import java.io.Serializable;

/**
 * Sums over labels, so that the score of several batches or ranks is the sum of theirs.
 *
 * @param nll Σ −log p(label)
 * @param labels how many there are
 * @param correct labels that are the likeliest id
 */
public record Score(double nll, long labels, long correct) implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final Score NOTHING = new Score(0, 0, 0);

  public Score plus(Score other) {
    return new Score(nll + other.nll, labels + other.labels, correct + other.correct);
  }

  /** Mean −log p of a label; NaN without labels. */
  public double loss() {
    return nll / labels;
  }

  /** The part of the labels that greedy decoding would have chosen; NaN without labels. */
  public double tokenAccuracy() {
    return (double) correct / labels;
  }
}
