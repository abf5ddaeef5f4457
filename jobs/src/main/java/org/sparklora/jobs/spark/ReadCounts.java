package org.sparklora.jobs.spark;

import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.executor.InputMetrics;
import org.sparklora.corpus.CorpusSplit;

/** What a task reads by itself, in Spark's own counts: its pages and the progress show them. */
public final class ReadCounts {
  private final InputMetrics counts;

  private ReadCounts(InputMetrics counts) {
    this.counts = counts;
  }

  /** Of a task that will read these. */
  public static ReadCounts of(TaskContext task, List<CorpusSplit> splits) {
    InputMetrics counts = task.taskMetrics().inputMetrics();
    counts.incBytesRead(splits.stream().mapToLong(s -> s.end() - s.start()).sum());
    return new ReadCounts(counts);
  }

  /** One more. */
  public void row() {
    counts.incRecordsRead(1);
  }
}
