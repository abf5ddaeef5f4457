package org.sparklora.evaluation;

import java.io.Serializable;

/**
 * What a run's evaluations came to, for its closing words; losses are NaN, steps −1 where there is
 * none.
 *
 * @param before loss before training
 * @param last loss after the last step
 * @param best metric of the best evaluation
 * @param bestStep steps trained before it
 * @param early whether the run ended because the evaluations got no better
 */
public record Outcome(double before, double last, double best, long bestStep, boolean early)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of a run that evaluates nothing. */
  public static final Outcome NOTHING = new Outcome(Double.NaN, Double.NaN, Double.NaN, -1, false);

  /** Whether anything was evaluated. */
  public boolean isSome() {
    return !equals(NOTHING);
  }
}
