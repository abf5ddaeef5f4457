package org.sparklora.train;

import java.util.Optional;

/**
 * How a run stands at a checkpoint.
 *
 * @param step steps done
 * @param bestStep the best evaluated one; nothing where there is none
 * @param over whether its evaluations ended it
 */
record RunStanding(long step, Optional<Long> bestStep, boolean over) {
  /** The step whose adapter is published. */
  long published(EvaluationChoice.Publish choice) {
    return switch (choice) {
      case BEST -> bestStep.orElse(step);
      case LAST -> step;
    };
  }
}
