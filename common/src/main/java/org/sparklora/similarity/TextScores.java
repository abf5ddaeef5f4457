package org.sparklora.similarity;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the answers of many rows come to: counts and sums that add up. */
public record TextScores(long rows, long exact, long normalised, Rouge rouge, Bleu bleu)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final TextScores NONE = new TextScores(0, 0, 0, new Rouge(0, 0, 0), Bleu.NONE);

  /** Of one row. */
  public static TextScores of(String prediction, String target) {
    return new TextScores(
        1,
        Matches.exact(prediction, target) ? 1 : 0,
        Matches.normalised(prediction, target) ? 1 : 0,
        Rouge.of(prediction, target),
        Bleu.of(prediction, target));
  }

  public TextScores plus(TextScores other) {
    return new TextScores(
        rows + other.rows,
        exact + other.exact,
        normalised + other.normalised,
        new Rouge(
            rouge.rouge1() + other.rouge.rouge1(),
            rouge.rouge2() + other.rouge.rouge2(),
            rouge.rougeL() + other.rouge.rougeL()),
        bleu.plus(other.bleu));
  }

  /** By name, in the order of the table: parts and means of the rows, and BLEU of all together. */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("exact_match", mean((double) exact));
    figures.put("normalised_match", mean((double) normalised));
    figures.put("rouge_1", mean(rouge.rouge1()));
    figures.put("rouge_2", mean(rouge.rouge2()));
    figures.put("rouge_l", mean(rouge.rougeL()));
    figures.put("bleu_4", bleu.score());
    return figures;
  }

  private double mean(double sum) {
    return rows == 0 ? 0 : sum / rows;
  }
}
