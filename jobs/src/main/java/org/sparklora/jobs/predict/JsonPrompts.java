package org.sparklora.jobs.predict;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.sparklora.corpus.BadReasons;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.CorpusSplit;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.MappedRows;
import org.sparklora.jobs.spark.CountedRows;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import scala.Tuple2;

/** Prompts from files of text. */
final class JsonPrompts {
  private final JavaSparkContext context;
  private final Source source;

  JsonPrompts(
      JavaSparkContext context, StorageSettings storage, ExampleParser parser, AskedRows asked) {
    this.context = context;
    this.source = new Source(storage, parser, asked);
  }

  PromptTable table(List<List<CorpusSplit>> parts) {
    List<ArrayList<CorpusSplit>> serializable = new ArrayList<>();
    parts.forEach(p -> serializable.add(new ArrayList<>(p)));
    JavaRDD<ArrayList<CorpusSplit>> splits =
        context.parallelize(serializable, Math.max(1, serializable.size()));
    List<Count> counts =
        new ArrayList<>(splits.mapPartitions(TaskEdge.around(new CountTask(source))).collect());
    counts.sort(Comparator.comparing(Count::partition));
    long[] starts = new long[counts.size() + 1];
    BadReasons bad = new BadReasons();
    for (int i = 0; i < counts.size(); i++) {
      starts[i + 1] = starts[i] + counts.get(i).rows();
      bad.add(counts.get(i).bad());
    }
    return new PromptTable(
        splits.mapPartitionsToPair(TaskEdge.aroundPairs(new ReadTask(source, starts))),
        starts[counts.size()],
        bad);
  }

  private record Count(int partition, long rows, BadReasons bad) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Where a task's rows come from. */
  private record Source(StorageSettings storage, ExampleParser parser, AskedRows asked)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    CountedRows rows(Iterator<ArrayList<CorpusSplit>> parts) {
      return new CountedRows(TaskContext.get(), Store.with(storage), parser, parts);
    }
  }

  private record CountTask(Source source)
      implements FlatMapFunction<Iterator<ArrayList<CorpusSplit>>, Count> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Count> call(Iterator<ArrayList<CorpusSplit>> parts) {
      CountedRows rows = source.rows(parts);
      long count = 0;
      BadReasons bad = new BadReasons();
      while (rows.hasNext()) {
        count++;
        CorpusRows.Located located = rows.next();
        if (source.asked().of(located.row()) instanceof CorpusRow.Bad row) {
          bad.add(located, row);
        }
      }
      return List.of(new Count(TaskContext.getPartitionId(), count, bad)).iterator();
    }
  }

  private record ReadTask(Source source, long[] starts)
      implements PairFlatMapFunction<Iterator<ArrayList<CorpusSplit>>, Long, PromptRow> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Tuple2<Long, PromptRow>> call(Iterator<ArrayList<CorpusSplit>> parts) {
      Counter index = new Counter(starts[TaskContext.getPartitionId()]);
      boolean withTarget = !source.parser().targetKey().isEmpty();
      return new MappedRows<>(
          source.rows(parts),
          located -> {
            long row = index.next();
            Optional<PromptRow> prompt = PromptRow.of(source.asked().of(located.row()), withTarget);
            return prompt.map(p -> new Tuple2<>(row, p));
          });
    }
  }

  private static final class Counter {
    private long value;

    Counter(long start) {
      this.value = start;
    }

    long next() {
      return value++;
    }
  }
}
