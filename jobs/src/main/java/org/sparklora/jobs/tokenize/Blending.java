package org.sparklora.jobs.tokenize;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
import org.sparklora.blend.Blend;
import org.sparklora.blend.BlendCounts;
import org.sparklora.blend.KeyCounts;
import org.sparklora.blend.RowKey;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.CorpusSplit;
import org.sparklora.corpus.Example;
import org.sparklora.corpus.MappedRows;
import org.sparklora.corpus.TextValues;
import org.sparklora.feature.MixedCorpus;
import org.sparklora.jobs.run.TextColumns;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoreWatch;

/** Chooses the rows of a mix: the corpora are read once to count, and once at the border. */
record Blending(SparkSession session, TokenizeSetup setup, Corpora corpora) {
  /** What is taken, and the counts of each corpus. */
  record Chosen(Blend blend, List<MixedCorpus> counts) {}

  Chosen choose(CorpusPlan plan) {
    if (!corpora.isMix()) {
      return new Chosen(Blend.ALL, List.of());
    }
    try (Described choosing =
        Described.as(
            session.sparkContext(), "mix %d corpora".formatted(corpora.portions().size()))) {
      return chosen(corpora.blend(), plan);
    }
  }

  private Chosen chosen(Blend blend, CorpusPlan plan) {
    int n = corpora.portions().size();
    JavaRDD<RowKey> keys = plan.isParquet() ? ofParquet(blend) : ofText(blend, plan.parts());
    KeyCounts counts = KeyCounts.none(n);
    for (KeyCounts part :
        keys.mapPartitions(
                TaskEdge.around((Iterator<RowKey> k) -> List.of(KeyCounts.of(n, k)).iterator()))
            .collect()) {
      counts = counts.plus(part);
    }
    List<Long> rows = IntStream.range(0, n).mapToObj(counts::rows).toList();
    List<Long> wanted = BlendCounts.of(corpora.portions(), rows);
    Blend.Border border = Blend.border(counts, wanted);
    List<RowKey> atBorder = keys.filter(border::holds).collect();
    return new Chosen(
        Blend.taking(blend, counts, wanted, border, atBorder),
        IntStream.range(0, n)
            .mapToObj(
                i -> new MixedCorpus(corpora.portions().get(i).asked(), rows.get(i), wanted.get(i)))
            .toList());
  }

  private JavaRDD<RowKey> ofText(Blend blend, List<List<CorpusSplit>> plan) {
    List<ArrayList<CorpusSplit>> parts = new ArrayList<>();
    plan.forEach(p -> parts.add(new ArrayList<>(p)));
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(parts, Math.max(1, parts.size()))
        .mapPartitions(TaskEdge.around(new TextKeys(setup, blend)));
  }

  private JavaRDD<RowKey> ofParquet(Blend blend) {
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
    return rows.select(columns)
        .javaRDD()
        .mapPartitions(
            TaskEdge.around(part -> keys(blend, values, StoreWatch.over("a corpus", part))));
  }

  private static Iterator<RowKey> keys(Blend blend, TextValues values, Iterator<Row> rows) {
    return new MappedRows<>(
        rows,
        row ->
            values.row(row.getAs(2), row.size() > 3 ? row.getAs(3) : null)
                    instanceof CorpusRow.Good good
                ? Optional.of(
                    key(blend, SparkStorage.path(row.getString(0)), row.getLong(1), good.example()))
                : Optional.empty());
  }

  private static RowKey key(Blend blend, String file, long position, Example example) {
    return blend.key(file, position, example.prompt(), example.target());
  }

  /** The keys of the rows of one partition of text. */
  private record TextKeys(TokenizeSetup setup, Blend blend)
      implements FlatMapFunction<Iterator<ArrayList<CorpusSplit>>, RowKey> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<RowKey> call(Iterator<ArrayList<CorpusSplit>> parts) {
      List<CorpusSplit> splits = new ArrayList<>();
      parts.forEachRemaining(splits::addAll);
      CorpusRows rows = new CorpusRows(Store.with(setup.storage()), setup.parser(), splits);
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) done -> rows.close());
      return new MappedRows<>(
          rows,
          located ->
              located.row() instanceof CorpusRow.Good good
                  ? Optional.of(key(blend, located.file(), located.position(), good.example()))
                  : Optional.empty());
    }
  }
}
