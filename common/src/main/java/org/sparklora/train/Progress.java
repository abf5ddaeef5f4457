package org.sparklora.train;

/** Is told how far a run is, on rank 0 only. */
public interface Progress {
  void step(StepReport report);

  /** How many rows of an evaluation after {@code step} are done. */
  void evaluating(long step, long rows);

  void evaluated(EvaluationReport report);
}
