package org.sparklora.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparklora.model.PackedBatch;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.PlannedRow;

/**
 * Cuts rows into micro-batches, which are computed at once, and packs them.
 *
 * @param mostTokens the most ids in a micro-batch; a longer row gets one of its own
 */
public record MicroBatches(LabelPolicy policy, int mostTokens) {
  /** The rows that have at least one label. */
  public List<PlannedRow> labelled(List<PlannedRow> rows) {
    return rows.stream().filter(row -> labels(row) > 0).toList();
  }

  public int labels(PlannedRow row) {
    return policy.count(row.row().length(), row.row().spans());
  }

  /** The rows in their order, in parts of at most {@code mostTokens}. */
  public List<List<PlannedRow>> cut(List<PlannedRow> rows) {
    List<List<PlannedRow>> parts = new ArrayList<>();
    int start = 0;
    long tokens = 0;
    for (int i = 0; i < rows.size(); i++) {
      int length = rows.get(i).row().length();
      if (i > start && tokens + length > mostTokens) {
        parts.add(rows.subList(start, i));
        start = i;
        tokens = 0;
      }
      tokens += length;
    }
    if (start < rows.size()) {
      parts.add(rows.subList(start, rows.size()));
    }
    return parts;
  }

  /** Lays labelled rows end to end. */
  public PackedBatch packed(List<PlannedRow> rows) {
    int[] starts = new int[rows.size() + 1];
    for (int i = 0; i < rows.size(); i++) {
      starts[i + 1] = starts[i] + rows.get(i).row().length();
    }
    int[] ids = new int[starts[rows.size()]];
    int[] labels = new int[ids.length];
    long[] slots = new long[rows.size()];
    Arrays.fill(labels, PackedBatch.IGNORED);
    for (int i = 0; i < rows.size(); i++) {
      int[] own = rows.get(i).row().inputIds();
      int[] bounds = policy.labels(own.length, rows.get(i).row().spans());
      System.arraycopy(own, 0, ids, starts[i], own.length);
      for (int b = 0; b < bounds.length; b += 2) {
        // a label stands where it is predicted, one before its id
        int first = bounds[b];
        System.arraycopy(own, first, labels, starts[i] + first - 1, bounds[b + 1] - first);
      }
      slots[i] = rows.get(i).slot();
    }
    return new PackedBatch(ids, starts, labels, slots);
  }
}
