package org.sparklora.train;

import org.sparklora.metric.LoggedStep;

/** Is told how far a run is, on rank 0 only. */
public interface Progress {
  void step(StepReport report);

  /** How many rows of an evaluation after {@code step} are done. */
  void evaluating(long step, long rows);

  void evaluated(EvaluationReport report);

  /** What a user wants to know beside. */
  void news(String line);

  /** The figures of a logged step; neither waits nor fails. */
  void logged(LoggedStep step);
}
