package org.sparklora.model;

import java.util.Arrays;

/**
 * The tokens of a decoding step: {@code counts} tokens of each row, behind the {@code lengths} that
 * it has so far. Attention wants equally many queries of each row, so the last token of the others
 * is repeated.
 */
record DecodeStepLayout(int[] lengths, int[] counts) {
  /** Most tokens of a row. */
  int width() {
    return Arrays.stream(counts).max().orElse(0);
  }

  /** Whether all rows have equally many tokens. */
  boolean isEven() {
    return Arrays.stream(counts).distinct().count() <= 1;
  }

  /**
   * (rows · width · repeats) position of each token in its row, padding included; where a row has
   * one token, it is not repeated.
   */
  int[] positions(int repeats) {
    int width = width();
    int each = width == 1 ? 1 : repeats;
    int[] positions = new int[counts.length * width * each];
    for (int i = 0; i < positions.length; i++) {
      int row = i / (width * each);
      positions[i] = lengths[row] + Math.min(i / each % width, counts[row] - 1);
    }
    return positions;
  }

  /** (tokens · groups) index of each token's key in a cache (rows, groups, capacity) as a list. */
  long[] slots(int groups, int capacity) {
    long[] slots = new long[Arrays.stream(counts).sum() * groups];
    int next = 0;
    for (int row = 0; row < counts.length; row++) {
      for (int i = 0; i < counts[row]; i++) {
        for (int group = 0; group < groups; group++) {
          slots[next++] = ((long) row * groups + group) * capacity + lengths[row] + i;
        }
      }
    }
    return slots;
  }

  /** (rows · width) the token of each query. */
  int[] padded() {
    int width = width();
    int[] padded = new int[counts.length * width];
    int first = 0;
    for (int row = 0; row < counts.length; row++) {
      for (int i = 0; i < width; i++) {
        padded[row * width + i] = first + Math.min(i, counts[row] - 1);
      }
      first += counts[row];
    }
    return padded;
  }

  /** (tokens) the query of each token. */
  int[] unpadded() {
    int width = width();
    int[] unpadded = new int[Arrays.stream(counts).sum()];
    int next = 0;
    for (int row = 0; row < counts.length; row++) {
      for (int i = 0; i < counts[row]; i++) {
        unpadded[next++] = row * width + i;
      }
    }
    return unpadded;
  }
}
