package org.sparklora.text.encoder;

/** Merges a row of symbols: always the pair of lowest rank, the leftmost on a tie. */
public final class MergeLoop {
  private static final int SHORT = 48;

  private final MergeTable merges;
  private final long[] pairs = new long[SHORT];
  private final LongWordMerges longWords;

  public MergeLoop(MergeTable merges) {
    this.merges = merges;
    this.longWords = new LongWordMerges(merges);
  }

  /** Merges the first {@code count} symbols in place and returns how many remain. */
  public int merge(int[] symbols, int count) {
    return count > SHORT ? longWords.merge(symbols, count) : scan(symbols, count);
  }

  private int scan(int[] symbols, int count) {
    int last = count - 1; // pairs[i] is the merge of symbols i and i + 1, i < last
    for (int i = 0; i < last; i++) {
      pairs[i] = merges.find(symbols[i], symbols[i + 1]);
    }
    while (last > 0) {
      int best = 0;
      for (int i = 1; i < last; i++) {
        best = pairs[i] >>> 32 < pairs[best] >>> 32 ? i : best; // by rank; the first on a tie
      }
      if (pairs[best] == MergeTable.NONE) {
        break;
      }
      symbols[best] = (int) pairs[best];
      System.arraycopy(symbols, best + 2, symbols, best + 1, last - best - 1);
      last--;
      System.arraycopy(pairs, best + 1, pairs, best, last - best);
      if (best > 0) {
        pairs[best - 1] = merges.find(symbols[best - 1], symbols[best]);
      }
      if (best < last) {
        pairs[best] = merges.find(symbols[best], symbols[best + 1]);
      }
    }
    return last + 1;
  }
}
