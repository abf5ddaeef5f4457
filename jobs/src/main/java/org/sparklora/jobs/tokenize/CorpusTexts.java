package org.sparklora.jobs.tokenize;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.TaskCompletionListener;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.CorpusSplit;
import org.sparklora.corpus.Example;
import org.sparklora.corpus.MappedRows;
import org.sparklora.corpus.TextValues;
import org.sparklora.jobs.run.TextColumns;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.near.RowPlace;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoreWatch;

/** The rows of the corpora that can be read, looked at before any is tokenized. */
record CorpusTexts(SparkSession session, TokenizeSetup setup, Corpora corpora, CorpusPlan plan) {
  /** A row and where it stands. */
  record Seen(RowPlace place, String file, long position, Example example) {}

  /** Makes, for one task, what is to be known of a row; nothing of rows that are passed over. */
  @FunctionalInterface
  interface Look<T> extends Serializable {
    Function<Seen, Optional<T>> begin();
  }

  <T> JavaRDD<T> each(Look<T> look) {
    return plan.isParquet() ? ofParquet(look) : ofText(look);
  }

  private <T> JavaRDD<T> ofText(Look<T> look) {
    List<ArrayList<CorpusSplit>> parts = new ArrayList<>();
    plan.parts().forEach(p -> parts.add(new ArrayList<>(p)));
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(parts, Math.max(1, parts.size()))
        .mapPartitions(TaskEdge.around(new TextTask<>(setup, look)));
  }

  private <T> JavaRDD<T> ofParquet(Look<T> look) {
    Store store = Store.with(setup.storage());
    List<String> files =
        corpora.files().stream().map(f -> SparkStorage.uri(store, f.path())).toList();
    boolean whole = setup.chat() != null;
    Dataset<Row> rows =
        whole
            ? TextColumns.read(session, files)
            : TextColumns.read(session, files, List.of(setup.promptKey(), setup.targetKey()));
    Stream<Column> texts =
        whole
            ? Stream.of(
                TextColumns.json(rows, setup.chat().shape().columns().values())
                    .cast(DataTypes.BinaryType))
            : Stream.of(setup.promptKey(), setup.targetKey()).map(TextColumns::column);
    Column[] columns =
        Stream.concat(Stream.of(col("_metadata.file_path"), col("_metadata.row_index")), texts)
            .toArray(Column[]::new);
    TextValues values = new TextValues(setup.promptKey(), setup.targetKey());
    Map<String, Integer> numbers = corpora.fileNumbers();
    return rows.select(columns)
        .javaRDD()
        .mapPartitions(
            TaskEdge.around(
                part -> seen(look, values, numbers, StoreWatch.over("a corpus", part))));
  }

  private static <T> Iterator<T> seen(
      Look<T> look, TextValues values, Map<String, Integer> numbers, Iterator<Row> rows) {
    Function<Seen, Optional<T>> each = look.begin();
    return new MappedRows<>(
        rows,
        row -> {
          String file = SparkStorage.path(row.getString(0));
          RowPlace place = new RowPlace(numbers.get(file), row.getLong(1));
          return values.row(row.getAs(2), row.size() > 3 ? row.getAs(3) : null)
                  instanceof CorpusRow.Good good
              ? each.apply(new Seen(place, file, row.getLong(1), good.example()))
              : Optional.empty();
        });
  }

  /** One partition of text; its rows are numbered as tokenizing numbers them. */
  private record TextTask<T>(TokenizeSetup setup, Look<T> look)
      implements FlatMapFunction<Iterator<ArrayList<CorpusSplit>>, T> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<T> call(Iterator<ArrayList<CorpusSplit>> parts) {
      List<CorpusSplit> splits = new ArrayList<>();
      parts.forEachRemaining(splits::addAll);
      TaskContext task = TaskContext.get();
      CorpusRows rows = new CorpusRows(Store.with(setup.storage()), setup.parser(), splits);
      task.addTaskCompletionListener((TaskCompletionListener) done -> rows.close());
      Function<Seen, Optional<T>> each = look.begin();
      long[] next = {0};
      return new MappedRows<>(
          rows,
          located -> {
            RowPlace place = new RowPlace(task.partitionId(), next[0]++);
            return located.row() instanceof CorpusRow.Good good
                ? each.apply(new Seen(place, located.file(), located.position(), good.example()))
                : Optional.empty();
          });
    }
  }
}
