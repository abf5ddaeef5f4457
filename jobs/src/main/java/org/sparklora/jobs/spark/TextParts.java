package org.sparklora.jobs.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.CorpusSplit;
import org.sparklora.corpus.ExampleParser;
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

  /** The rows of the running task. */
  private Iterator<CorpusRows.Located> rows(Iterator<ArrayList<CorpusSplit>> parts) {
    return new CountedRows(TaskContext.get(), Store.with(storage), parser, parts);
  }
}
