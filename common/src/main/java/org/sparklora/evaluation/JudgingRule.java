package org.sparklora.evaluation;

import java.io.Serializable;

/**
 * What is best, and when a run has had enough.
 *
 * @param patience evaluations in a row without a gain that end the run; 0 for never
 * @param threshold a smaller gain, or an equal one, is none for the patience
 */
public record JudgingRule(Metric metric, int patience, double threshold) implements Serializable {
  private static final long serialVersionUID = 1L;
}
