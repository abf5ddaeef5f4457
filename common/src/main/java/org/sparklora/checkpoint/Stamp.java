package org.sparklora.checkpoint;

/**
 * Who wrote a checkpoint, and when in training: the run, its generation, the optimizer steps done.
 */
public record Stamp(String runId, int generation, long step) {
  public Stamp {
    if (runId.isBlank() || generation < 0 || step < 0) {
      throw new IllegalArgumentException(
          "Cannot stamp a checkpoint, a value is missing: run '%s', generation %d, step %d (expected a name and no negative number). Fix the caller."
              .formatted(runId, generation, step));
    }
  }
}
