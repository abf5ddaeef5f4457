package org.sparklora.jobs.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.collective.PeerLost;

/** Finds what really happened in the causes of Spark's exceptions. */
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

  /** As {@link #failure}, or else an error of Spark's own readers and writers of files. */
  public static Optional<Failure> failureOrStorage(Throwable thrown) {
    return failure(thrown)
        .or(() -> DamagedParquet.failure(chain(thrown)))
        .or(
            () ->
                chain(thrown).stream()
                    .filter(IOException.class::isInstance)
                    .findFirst()
                    .map(e -> storage(e, thrown)));
  }

  private static Failure storage(Throwable cause, Throwable thrown) {
    return Failure.storage(
        "Cannot read or write a table, the store answered %s '%s' (expected it to work). Check path, permissions, free space and connection."
            .formatted(
                cause.getClass().getSimpleName(),
                String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
        thrown);
  }

  /**
   * The message of our own failure or of a rank that missed a peer, if there is one; else the first
   * line of the innermost exception that has a message.
   */
  static String lastMessage(Throwable thrown) {
    String message = thrown.getClass().getSimpleName();
    for (Throwable at : chain(thrown)) {
      Optional<String> line = String.valueOf(at.getMessage()).lines().findFirst();
      if (at.getMessage() != null && line.isPresent()) {
        message = line.get();
      }
      if (at instanceof PeerLost || at instanceof Failure) {
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
