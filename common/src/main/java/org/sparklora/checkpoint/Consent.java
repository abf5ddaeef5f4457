package org.sparklora.checkpoint;

/**
 * Asked before each write or delete; throws to refuse. Rank 0 gets it from all ranks of its
 * generation, so a leftover of an older generation changes nothing.
 */
@FunctionalInterface
public interface Consent {
  /** For a caller that writes alone. */
  Consent GIVEN = action -> {};

  void ask(String action);
}
