package org.sparklora.feature;

import java.util.Arrays;

/**
 * A feature row as one array, which is cheap to serialize: what stands before it, the number of
 * bounds of its spans, the bounds, then all ids.
 */
public final class PackedRow {
  private PackedRow() {}

  /**
   * Packs a row.
   *
   * @param head what else travels with it
   */
  public static int[] of(FeatureRow row, int... head) {
    int[] bounds = row.spans().bounds();
    int ids = head.length + 1 + bounds.length;
    int[] packed = Arrays.copyOf(head, ids + row.length());
    packed[head.length] = bounds.length;
    System.arraycopy(bounds, 0, packed, head.length + 1, bounds.length);
    System.arraycopy(row.inputIds(), 0, packed, ids, row.length());
    return packed;
  }

  /** The row that was packed behind so many numbers. */
  public static FeatureRow row(int[] packed, int head) {
    int ids = head + 1 + packed[head];
    LabelSpans spans = new LabelSpans(Arrays.copyOfRange(packed, head + 1, ids));
    return new FeatureRow(Arrays.copyOfRange(packed, ids, packed.length), spans);
  }
}
