package org.sparklora.similarity;

import java.io.Serializable;
import java.util.List;

/**
 * BLEU-4 over all rows together: counts that add up, and the score that they come to. As sacrebleu
 * has it: exponential smoothing of orders without a match, brevity penalty, 0 to 100.
 */
public final class Bleu implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int ORDERS = 4;

  static final Bleu NONE = new Bleu(new long[ORDERS], new long[ORDERS], 0, 0);

  private final long[] common;
  private final long[] total;
  private final long said;
  private final long right;

  private Bleu(long[] common, long[] total, long said, long right) {
    this.common = common;
    this.total = total;
    this.said = said;
    this.right = right;
  }

  /** The counts of one row. */
  public static Bleu of(String prediction, String target) {
    List<String> said = BleuTokens.of(prediction);
    List<String> right = BleuTokens.of(target);
    long[] common = new long[ORDERS];
    long[] total = new long[ORDERS];
    for (int n = 1; n <= ORDERS; n++) {
      Ngrams ours = Ngrams.of(said, n);
      common[n - 1] = ours.common(Ngrams.of(right, n));
      total[n - 1] = ours.total();
    }
    return new Bleu(common, total, said.size(), right.size());
  }

  public Bleu plus(Bleu other) {
    long[] bothCommon = common.clone();
    long[] bothTotal = total.clone();
    for (int i = 0; i < ORDERS; i++) {
      bothCommon[i] += other.common[i];
      bothTotal[i] += other.total[i];
    }
    return new Bleu(bothCommon, bothTotal, said + other.said, right + other.right);
  }

  /** 0 to 100; 0 where nothing matches or no answer has four tokens. */
  public double score() {
    if (common[0] == 0 || total[ORDERS - 1] == 0) {
      return 0;
    }
    double logs = 0;
    double smoothing = 1;
    for (int i = 0; i < ORDERS; i++) {
      if (common[i] == 0) {
        smoothing *= 2;
        logs += Math.log(100 / (smoothing * total[i]));
      } else {
        logs += Math.log(100.0 * common[i] / total[i]);
      }
    }
    double brevity = said < right ? Math.exp(1 - (double) right / said) : 1;
    return brevity * Math.exp(logs / ORDERS);
  }
}
