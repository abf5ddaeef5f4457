package org.sparklora.similarity;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The runs of n tokens of a text, with how often each occurs. */
record Ngrams(Map<List<String>, Integer> counts, long total) {
  static Ngrams of(List<String> tokens, int n) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= tokens.size(); i++) {
      counts.merge(tokens.subList(i, i + n), 1, Integer::sum);
    }
    return new Ngrams(counts, Math.max(0, tokens.size() - n + 1));
  }

  /** Those that both have, each as often as the one that has fewer. */
  long common(Ngrams other) {
    return counts.entrySet().stream()
        .mapToLong(e -> Math.min(e.getValue(), other.counts.getOrDefault(e.getKey(), 0)))
        .sum();
  }
}
