package org.sparklora.feature;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of conversations.
 *
 * @param counts of conversations, answers and mends, by name
 * @param badByReason rows in the quarantine
 */
public record ChatCounts(SortedMap<String, Long> counts, SortedMap<String, Long> badByReason) {
  public ChatCounts {
    counts = new TreeMap<>(counts);
    badByReason = new TreeMap<>(badByReason);
  }

  /** All but zeros, as a part of a sentence. */
  public String words() {
    StringBuilder words = new StringBuilder();
    counts.forEach((name, count) -> append(words, name.replace('_', ' '), count));
    badByReason.forEach((reason, count) -> append(words, "bad: " + reason, count));
    return words.toString();
  }

  private static void append(StringBuilder words, String name, long count) {
    if (count > 0) {
      words.append(words.isEmpty() ? "" : ", ").append(name).append(' ').append(count);
    }
  }
}
