package org.sparklora.train;

import java.util.ArrayList;
import java.util.List;

/** Rows that are computed at once, laid end to end without padding. */
public record MicroBatch(List<Row> rows) {
  /**
   * A row with at least one label.
   *
   * @param ids all ids
   * @param firstLabel index of the first label; labels run to the end of the row
   * @param slot position of the row in its step, for dropout
   */
  public record Row(int[] ids, int firstLabel, int slot) {}

  public MicroBatch {
    rows = List.copyOf(rows);
  }

  /** Number of ids. */
  public int tokens() {
    return rows.stream().mapToInt(r -> r.ids().length).sum();
  }

  /** Number of labels. */
  public int labels() {
    return rows.stream().mapToInt(r -> r.ids().length - r.firstLabel()).sum();
  }

  /**
   * Cuts a rank's rows of a step, in their order, so that no batch has more than {@code mostTokens}
   * ids; a longer row stands alone.
   */
  static List<MicroBatch> cut(List<Row> rows, int mostTokens) {
    List<MicroBatch> batches = new ArrayList<>();
    List<Row> open = new ArrayList<>();
    long tokens = 0;
    for (Row row : rows) {
      if (!open.isEmpty() && tokens + row.ids().length > mostTokens) {
        batches.add(new MicroBatch(open));
        open = new ArrayList<>();
        tokens = 0;
      }
      open.add(row);
      tokens += row.ids().length;
    }
    if (!open.isEmpty()) {
      batches.add(new MicroBatch(open));
    }
    return batches;
  }
}
