package org.sparklora.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.similarity.TextScores;

/**
 * What one table of answers came to.
 *
 * @param name what the user called it
 * @param badRows rows without both texts, left out
 * @param figures by name, in the order they are shown
 */
public record Judged(String name, long rows, long badRows, Map<String, Double> figures) {
  public Judged {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  public static Judged of(String name, TextScores scores, long badRows) {
    return new Judged(name, scores.rows(), badRows, scores.figures());
  }
}
