package org.sparklora.blend;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;

/** How many rows each corpus has in each range of keys; counts of parts add up. */
public final class KeyCounts implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BITS = 12;

  private final long[][] counts;

  private KeyCounts(long[][] counts) {
    this.counts = counts;
  }

  public static KeyCounts none(int corpora) {
    return new KeyCounts(new long[corpora][1 << BITS]);
  }

  public static KeyCounts of(int corpora, Iterator<RowKey> keys) {
    KeyCounts counts = none(corpora);
    keys.forEachRemaining(k -> counts.counts[k.corpus()][range(k.key())]++);
    return counts;
  }

  public KeyCounts plus(KeyCounts other) {
    KeyCounts sum = none(counts.length);
    for (int i = 0; i < counts.length; i++) {
      int corpus = i;
      Arrays.setAll(sum.counts[i], r -> counts[corpus][r] + other.counts[corpus][r]);
    }
    return sum;
  }

  /** Rows of a corpus. */
  public long rows(int corpus) {
    return Arrays.stream(counts[corpus]).sum();
  }

  static int range(long key) {
    return (int) (key >>> (Long.SIZE - BITS));
  }

  /** The range that holds the {@code wanted}-th smallest key, from 1. */
  int rangeOf(int corpus, long wanted) {
    long before = 0;
    for (int range = 0; range < counts[corpus].length; range++) {
      before += counts[corpus][range];
      if (before >= wanted) {
        return range;
      }
    }
    throw new IllegalArgumentException("there are fewer rows: " + before);
  }

  /** Rows of the ranges before this one. */
  long before(int corpus, int range) {
    return Arrays.stream(counts[corpus], 0, range).sum();
  }
}
