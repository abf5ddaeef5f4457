package org.sparklora.model;

import java.util.Arrays;

/**
 * Rows put one after the other, without padding.
 *
 * @param ids the token ids of all rows
 * @param rowStarts where each row starts; one more than there are rows, the last is {@code
 *     ids.length}
 * @param labels the id to be predicted at each position from the ids up to it, or {@link #IGNORED}
 * @param rowPositions each row's position in the optimizer step, for dropout
 */
public record PackedBatch(int[] ids, int[] rowStarts, int[] labels, long[] rowPositions) {
  /** A position without a label. */
  public static final int IGNORED = -100;

  public PackedBatch {
    int rows = rowStarts.length - 1;
    boolean fits =
        rows >= 1
            && rowStarts[0] == 0
            && rowStarts[rows] == ids.length
            && labels.length == ids.length
            && rowPositions.length == rows;
    for (int i = 0; fits && i < rows; i++) {
      fits = rowStarts[i] < rowStarts[i + 1];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Cannot pack the rows, their parts do not fit together: %d ids, %d labels, %d row starts, %d row positions (expected as many labels as ids, rising starts from 0 to the end, one position per row). Fix the caller."
              .formatted(ids.length, labels.length, rowStarts.length, rowPositions.length));
    }
  }

  /** One row without labels. */
  public static PackedBatch unlabelled(int[] ids) {
    int[] labels = new int[ids.length];
    Arrays.fill(labels, IGNORED);
    return new PackedBatch(ids, new int[] {0, ids.length}, labels, new long[] {0});
  }

  public int rows() {
    return rowStarts.length - 1;
  }

  public int tokens() {
    return ids.length;
  }

  /** How many positions have a label. */
  public int labelled() {
    int count = 0;
    for (int label : labels) {
      count += label == IGNORED ? 0 : 1;
    }
    return count;
  }
}
