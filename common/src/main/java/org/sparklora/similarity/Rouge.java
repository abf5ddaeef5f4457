package org.sparklora.similarity;

import java.io.Serializable;
import java.util.List;

/**
 * ROUGE of one answer, each an F1: runs of one and of two tokens, and the longest common
 * subsequence.
 */
public record Rouge(double rouge1, double rouge2, double rougeL) implements Serializable {
  private static final long serialVersionUID = 1L;

  public static Rouge of(String prediction, String target) {
    List<String> said = RougeTokens.of(prediction);
    List<String> right = RougeTokens.of(target);
    return new Rouge(
        ofRuns(said, right, 1),
        ofRuns(said, right, 2),
        f1(longestCommon(said, right), said.size(), right.size()));
  }

  private static double ofRuns(List<String> said, List<String> right, int n) {
    Ngrams ours = Ngrams.of(said, n);
    Ngrams theirs = Ngrams.of(right, n);
    return f1(ours.common(theirs), ours.total(), theirs.total());
  }

  private static double f1(long common, long said, long right) {
    if (common == 0) {
      return 0;
    }
    double precision = (double) common / said;
    double recall = (double) common / right;
    return 2 * precision * recall / (precision + recall);
  }

  /** Length of the longest common subsequence, in the memory of one row of its table. */
  private static int longestCommon(List<String> said, List<String> right) {
    int[] row = new int[right.size() + 1];
    for (String word : said) {
      int diagonal = 0;
      for (int j = 0; j < right.size(); j++) {
        int above = row[j + 1];
        row[j + 1] = word.equals(right.get(j)) ? diagonal + 1 : Math.max(above, row[j]);
        diagonal = above;
      }
    }
    return row[right.size()];
  }
}
