package org.sparklora.jobs.predict;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.sparklora.corpus.BadReasons;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.CorpusSplit;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.MappedRows;
import org.sparklora.jobs.spark.TextParts;
import org.sparklora.storage.StorageSettings;
import scala.Tuple2;

/** Prompts from files of text. */
final class JsonPrompts {
  private final JavaSparkContext context;
  private final TextParts text;
  private final AskedRows asked;
  private final boolean withTarget;

  JsonPrompts(
      JavaSparkContext context, StorageSettings storage, ExampleParser parser, AskedRows asked) {
    this.context = context;
    this.text = new TextParts(storage, parser);
    this.asked = asked;
    this.withTarget = !parser.targetKey().isEmpty();
  }

  PromptTable table(List<List<CorpusSplit>> parts) {
    List<Count> counts =
        new ArrayList<>(text.read(context.sc(), parts, new CountTask(asked)).collect());
    counts.sort(Comparator.comparing(Count::partition));
    long[] starts = new long[counts.size() + 1];
    BadReasons bad = new BadReasons();
    for (int i = 0; i < counts.size(); i++) {
      starts[i + 1] = starts[i] + counts.get(i).rows();
      bad.add(counts.get(i).bad());
    }
    return new PromptTable(
        JavaPairRDD.fromJavaRDD(
            text.read(context.sc(), parts, new ReadTask(asked, withTarget, starts))),
        starts[counts.size()],
        bad);
  }

  private record Count(int partition, long rows, BadReasons bad) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private record CountTask(AskedRows asked)
      implements FlatMapFunction<Iterator<CorpusRows.Located>, Count> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Count> call(Iterator<CorpusRows.Located> rows) {
      long count = 0;
      BadReasons bad = new BadReasons();
      while (rows.hasNext()) {
        count++;
        CorpusRows.Located located = rows.next();
        if (asked.of(located.row()) instanceof CorpusRow.Bad row) {
          bad.add(located, row);
        }
      }
      return List.of(new Count(TaskContext.getPartitionId(), count, bad)).iterator();
    }
  }

  private record ReadTask(AskedRows asked, boolean withTarget, long[] starts)
      implements FlatMapFunction<Iterator<CorpusRows.Located>, Tuple2<Long, PromptRow>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Tuple2<Long, PromptRow>> call(Iterator<CorpusRows.Located> rows) {
      Counter index = new Counter(starts[TaskContext.getPartitionId()]);
      return new MappedRows<>(
          rows,
          located -> {
            long row = index.next();
            Optional<PromptRow> prompt = PromptRow.of(asked.of(located.row()), withTarget);
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
