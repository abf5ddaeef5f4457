package org.sparklora.config;

import java.util.Collection;
import java.util.Optional;

/** The known word that a mistyped one was meant to be, by its spelling. */
public final class NearestWord {
  private NearestWord() {}

  /** Nothing where no known word is close. */
  public static Optional<String> among(Collection<String> known, String mistyped) {
    String best = null;
    int distance = Math.max(2, mistyped.length() / 3) + 1;
    for (String word : known) {
      int d = EditDistance.between(mistyped, word);
      if (d < distance) {
        best = word;
        distance = d;
      }
    }
    return Optional.ofNullable(best);
  }
}
