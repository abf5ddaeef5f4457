package org.sparklora.jobs.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.collective.PeerLost;

/** Finds what really happened inside Spark's exceptions. */
public final class Causes {
  private static final int DEEPEST = 50;

  private Causes() {}

  /** The first of our own failures in the chain of causes. */
  public static Optional<Failure> failure(Throwable thrown) {
    return chain(thrown).stream()
        .filter(Failure.class::isInstance)
        .map(Failure.class::cast)
        .findFirst();
  }

  /** Whom a rank missed, if one did; else the first line of the innermost exception that speaks. */
  static String lastMessage(Throwable thrown) {
    String message = thrown.getClass().getSimpleName();
    for (Throwable at : chain(thrown)) {
      Optional<String> line = String.valueOf(at.getMessage()).lines().findFirst();
      if (at.getMessage() != null && line.isPresent()) {
        message = line.get();
      }
      if (at instanceof PeerLost) {
        return message;
      }
    }
    return message;
  }

  private static List<Throwable> chain(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable at = thrown; at != null && chain.size() < DEEPEST; at = at.getCause()) {
      chain.add(at);
    }
    return chain;
  }
}
