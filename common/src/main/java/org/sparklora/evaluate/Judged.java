package org.sparklora.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.evaluate.loss.LossPart;
import org.sparklora.similarity.TextScores;

/**
 * What one table of answers, or one model, came to.
 *
 * @param name what the user called it
 * @param badRows rows without both texts, or without labels, left out
 * @param figures by name, in the order they are shown
 */
public record Judged(String name, long rows, long badRows, Map<String, Double> figures) {
  public Judged {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** A model by the labels that it predicted. */
  public static Judged of(String name, LossPart part) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", part.score().loss());
    figures.put("perplexity", Math.exp(part.score().loss()));
    figures.put("token_accuracy", part.score().tokenAccuracy());
    return new Judged(name, part.rows(), part.unlabelled(), figures);
  }

  /** A table of answers by its texts. */
  public static Judged of(String name, TextScores scores, long badRows) {
    return new Judged(name, scores.rows(), badRows, scores.figures());
  }
}
