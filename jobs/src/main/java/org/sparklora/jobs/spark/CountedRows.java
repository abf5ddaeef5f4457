package org.sparklora.jobs.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.executor.InputMetrics;
import org.apache.spark.util.TaskCompletionListener;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.CorpusSplit;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.storage.Store;

/**
 * The rows of text that a task reads, as they are read in Spark's own counts: its pages and the
 * progress show them. Closed when the task completes.
 */
final class CountedRows implements Iterator<CorpusRows.Located> {
  private final CorpusRows rows;
  private final InputMetrics counts;

  /** Of the parts of a corpus that are a task's. */
  CountedRows(
      TaskContext task,
      Store store,
      ExampleParser parser,
      Iterator<? extends List<CorpusSplit>> parts) {
    List<CorpusSplit> splits = new ArrayList<>();
    parts.forEachRemaining(splits::addAll);
    this.counts = task.taskMetrics().inputMetrics();
    this.rows = new CorpusRows(store, parser, splits, counts::incBytesRead);
    task.addTaskCompletionListener((TaskCompletionListener) done -> rows.close());
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public CorpusRows.Located next() {
    CorpusRows.Located row = rows.next();
    counts.incRecordsRead(1);
    return row;
  }
}
