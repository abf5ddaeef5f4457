package org.sparklora.jobs.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.sparklora.SizeLimit;
import org.sparklora.feature.RowFault;
import org.sparklora.jobs.spark.TableRows;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.RowSizes;

/**
 * The length and the number of labels of every row, by dense index.
 *
 * @param faults how many rows were set aside for what
 */
record RowSizeCollector(RowSizes sizes, Map<RowFault, Long> faults) {
  private static final int RUN = 1 << 16;

  static RowSizeCollector collect(TableRows table, int rows, LabelPolicy policy) {
    int[] lengths = new int[rows];
    int[] labels = new int[rows];
    Map<RowFault, Long> faults = new EnumMap<>(RowFault.class);
    for (Run run : table.mapSizes(sizes -> runs(sizes, policy)).collect()) {
      System.arraycopy(run.lengths, 0, lengths, (int) run.first, run.lengths.length);
      System.arraycopy(run.labels, 0, labels, (int) run.first, run.labels.length);
      run.faults.forEach((fault, count) -> faults.merge(fault, count, Long::sum));
    }
    return new RowSizeCollector(new RowSizes(lengths, labels), faults);
  }

  private static Iterator<Run> runs(Iterator<TableRows.Size> rows, LabelPolicy policy) {
    List<Run> runs = new ArrayList<>();
    Run open = null;
    int count = 0;
    while (rows.hasNext()) {
      TableRows.Size next = rows.next();
      SizeLimit.ROW.require(
          "train",
          "the length of a row",
          next.length(),
          "row %d of the table".formatted(next.index()));
      if (open == null || next.index() != open.first + count || count == RUN) {
        open = new Run(next.index());
        runs.add(open);
        count = 0;
      }
      open.put(count++, next.length(), policy.count(next.length(), next.spans()));
      next.fault().ifPresent(open::count);
    }
    runs.forEach(Run::trim);
    return runs.iterator();
  }

  /** Rows with consecutive indexes. */
  private static final class Run implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long first;
    private final EnumMap<RowFault, Long> faults = new EnumMap<>(RowFault.class);
    private int[] lengths = new int[64];
    private int[] labels = new int[64];
    private int count;

    Run(long first) {
      this.first = first;
    }

    void put(int at, int length, int ownLabels) {
      if (at == lengths.length) {
        lengths = Arrays.copyOf(lengths, 2 * at);
        labels = Arrays.copyOf(labels, 2 * at);
      }
      lengths[at] = length;
      labels[at] = ownLabels;
      count = at + 1;
    }

    void count(RowFault fault) {
      faults.merge(fault, 1L, Long::sum);
    }

    void trim() {
      lengths = Arrays.copyOf(lengths, count);
      labels = Arrays.copyOf(labels, count);
    }
  }
}
