package org.sparklora.jobs.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.sparklora.jobs.spark.TableRows;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.RowSizes;

/** Collects the length and prompt length of every row, by dense index. */
final class RowSizeCollector {
  private static final int RUN = 1 << 16;

  private RowSizeCollector() {}

  static RowSizes collect(TableRows table, int rows, LabelPolicy policy) {
    int[] lengths = new int[rows];
    int[] seqLens = new int[rows];
    for (Run run : table.mapSizes(RowSizeCollector::runs).collect()) {
      System.arraycopy(run.lengths, 0, lengths, (int) run.first, run.lengths.length);
      System.arraycopy(run.seqLens, 0, seqLens, (int) run.first, run.seqLens.length);
    }
    return RowSizes.of(lengths, seqLens, policy);
  }

  private static Iterator<Run> runs(Iterator<TableRows.Size> rows) {
    List<Run> runs = new ArrayList<>();
    Run open = null;
    int count = 0;
    while (rows.hasNext()) {
      TableRows.Size next = rows.next();
      if (open == null || next.index() != open.first + count || count == RUN) {
        open = new Run(next.index());
        runs.add(open);
        count = 0;
      }
      open.put(count++, next.length(), next.seqLen());
    }
    runs.forEach(Run::trim);
    return runs.iterator();
  }

  /** Rows with consecutive indexes. */
  private static final class Run implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long first;
    private int[] lengths = new int[64];
    private int[] seqLens = new int[64];
    private int count;

    Run(long first) {
      this.first = first;
    }

    void put(int at, int length, int seqLen) {
      if (at == lengths.length) {
        lengths = Arrays.copyOf(lengths, 2 * at);
        seqLens = Arrays.copyOf(seqLens, 2 * at);
      }
      lengths[at] = length;
      seqLens[at] = seqLen;
      count = at + 1;
    }

    void trim() {
      lengths = Arrays.copyOf(lengths, count);
      seqLens = Arrays.copyOf(seqLens, count);
    }
  }
}
