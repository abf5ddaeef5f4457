package org.sparklora.model;

import java.util.Arrays;

/**
 * Where the tokens of a decoding step stand: of each row {@code counts} tokens behind its {@code
 * lengths}. Attention wants equally many of each row, so it repeats the last token of the others.
 */
record StepLayout(int[] lengths, int[] counts) {
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

  /** (tokens · groups) place of each token's key in a cache (rows, groups, capacity) as a list. */
  long[] places(int groups, int capacity) {
    long[] places = new long[Arrays.stream(counts).sum() * groups];
    int next = 0;
    for (int row = 0; row < counts.length; row++) {
      for (int i = 0; i < counts[row]; i++) {
        for (int group = 0; group < groups; group++) {
          places[next++] = ((long) row * groups + group) * capacity + lengths[row] + i;
        }
      }
    }
    return places;
  }

  /** (rows · width) the token at each padded place. */
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

  /** (tokens) the padded place of each token. */
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
