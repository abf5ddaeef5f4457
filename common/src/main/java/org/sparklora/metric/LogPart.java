package org.sparklora.metric;

import org.sparklora.Failure;

/**
 * Which part of a run's log one generation writes; stores cannot append, so each generation has its
 * own files.
 *
 * @param run folder under {@code runs/}
 * @param generation of the run
 * @param firstStep the first step this generation logs; readers drop what earlier ones logged from
 *     there on
 */
public record LogPart(String run, long generation, long firstStep) {
  public LogPart {
    if (!run.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw Failure.usage(
          "Cannot open the training log, the run's name is no folder name: '"
              + run
              + "' (expected letters, digits, dots, hyphens). Choose another name.");
    }
  }
}
