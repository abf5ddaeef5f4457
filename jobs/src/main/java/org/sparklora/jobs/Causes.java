package org.sparklora.jobs;

import java.util.Optional;
import org.sparklora.Failure;

/** Finds what really happened inside Spark's exceptions. */
final class Causes {
  private static final int DEEPEST = 50;

  private Causes() {}

  /** The first of our own failures in the chain of causes. */
  static Optional<Failure> failure(Throwable thrown) {
    Throwable at = thrown;
    for (int depth = 0; at != null && depth < DEEPEST; depth++) {
      if (at instanceof Failure failure) {
        return Optional.of(failure);
      }
      at = at.getCause();
    }
    return Optional.empty();
  }
}
