package org.sparklora.jobs.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.TaskCompletionListener;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.CorpusSplit;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.MappedRows;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;

/** Reads text corpora in Spark: one task for each part, its rows in order and counted as read. */
public record TextParts(StorageSettings storage, ExampleParser parser) implements Serializable {
  private static final long serialVersionUID = 1L;

  public <T> JavaRDD<T> read(
      SparkContext context,
      List<List<CorpusSplit>> parts,
      FlatMapFunction<Iterator<CorpusRows.Located>, T> work) {
    List<ArrayList<CorpusSplit>> serializable = new ArrayList<>();
    parts.forEach(part -> serializable.add(new ArrayList<>(part)));
    TextParts reading = this;
    return JavaSparkContext.fromSparkContext(context)
        .parallelize(serializable, Math.max(1, serializable.size()))
        .mapPartitions(TaskEdge.around(part -> work.call(reading.rows(part))));
  }

  /** The rows of the running task, which closes them when it completes. */
  private Iterator<CorpusRows.Located> rows(Iterator<ArrayList<CorpusSplit>> parts) {
    List<CorpusSplit> splits = new ArrayList<>();
    parts.forEachRemaining(splits::addAll);
    TaskContext task = TaskContext.get();
    CorpusRows rows = new CorpusRows(Store.with(storage), parser, splits);
    task.addTaskCompletionListener((TaskCompletionListener) done -> rows.close());
    ReadCounts counts = ReadCounts.of(task, splits);
    return new MappedRows<>(
        rows,
        row -> {
          counts.row();
          return Optional.of(row);
        });
  }
}
