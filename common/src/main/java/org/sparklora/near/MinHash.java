package org.sparklora.near;

import java.util.Arrays;

/**
 * Keys that nearly equal texts are likely to share: 32 bands of 5 minima each. Two texts of Jaccard
 * s share a key with probability 1 − (1 − s⁵)³²: 0.9999 at 0.8, 0.997 at 0.7, 0.64 at 0.5.
 */
public final class MinHash {
  public static final int BANDS = 32;
  private static final int ROWS = 5;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private MinHash() {}

  /** A key for each band; keys of different bands differ. */
  public static long[] keys(NearText text) {
    long[] keys = new long[BANDS];
    for (int band = 0; band < BANDS; band++) {
      long key = mixed(band);
      for (int row = 0; row < ROWS; row++) {
        key = mixed(key ^ minimum(text.shingles(), band * ROWS + row));
      }
      keys[band] = key;
    }
    return keys;
  }

  private static long minimum(int[] shingles, int function) {
    long seed = mixed(GOLDEN * (function + 1));
    return Arrays.stream(shingles).mapToLong(s -> mixed(s ^ seed)).min().orElseThrow();
  }

  /** The finaliser of SplitMix64. */
  private static long mixed(long x) {
    long y = x + GOLDEN;
    y = (y ^ (y >>> 30)) * 0xbf58476d1ce4e5b9L;
    y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
    return y ^ (y >>> 31);
  }
}
