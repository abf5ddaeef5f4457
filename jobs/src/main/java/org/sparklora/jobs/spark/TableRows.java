package org.sparklora.jobs.spark;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.TaskCompletionListener;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.feature.ArrowTableReader;
import org.sparklora.feature.Columns;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.FeatureTable;
import org.sparklora.feature.LabelSpans;
import org.sparklora.feature.RowFault;
import org.sparklora.feature.TableLayout;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoreWatch;

/**
 * The rows of a feature table with their dense index, read in parallel from the files that it
 * lists.
 */
public final class TableRows {
  private final SparkSession session;
  private final StorageSettings storage;
  private final FeatureTable table;
  private final Vocabulary vocabulary;

  /** Rows of a table that says nothing of its tokenizer must be of {@code vocabulary}. */
  public TableRows(
      SparkSession session, StorageSettings storage, FeatureTable table, Vocabulary vocabulary) {
    this.session = session;
    this.storage = storage;
    this.table = table;
    this.vocabulary = vocabulary;
  }

  /** A row and its index 0 to n-1 in the table; lives within one task. */
  public record Indexed(long index, FeatureRow row) {
    /**
     * The row; fails on an id that is not of {@code vocabulary}.
     *
     * @param attempt what the job does, for the message
     */
    public FeatureRow known(Vocabulary vocabulary, String attempt) {
      OptionalInt beyond = vocabulary.firstBeyond(row.inputIds());
      if (beyond.isPresent()) {
        throw Failure.input(
            "Cannot %s, a row of the feature table holds an id beyond the model's vocabulary: %d in row %d (expected 0 to %d). Tokenize again with the tokenizer of this base."
                .formatted(attempt, beyond.getAsInt(), index, vocabulary.size() - 1));
      }
      return row;
    }
  }

  /** What is known of a row without its ids. */
  public record Size(long index, int length, LabelSpans spans, Optional<RowFault> fault) {}

  /** What a task makes of its part of the table. */
  public interface PerPartition<R, T> extends Serializable {
    Iterator<T> of(Iterator<R> rows);
  }

  /** Applies {@code work} to every part of the table. */
  public <T> JavaRDD<T> map(PerPartition<Indexed, T> work) {
    return switch (table.format()) {
      case ARROW -> arrow(work);
      case PARQUET -> parquet(Columns.INPUT_IDS, TableRows::indexed, work);
    };
  }

  /** The same with the lengths only; a Parquet table's ids are not read. */
  public <T> JavaRDD<T> mapSizes(PerPartition<Size, T> work) {
    return switch (table.format()) {
      case ARROW -> arrow(rows -> work.of(new SizesOf(rows)));
      case PARQUET -> parquet(Columns.LENGTH, TableRows::size, work);
    };
  }

  private <T> JavaRDD<T> arrow(PerPartition<Indexed, T> work) {
    List<ArrowPart> parts = new ArrayList<>();
    List<Long> first = table.firstRows();
    for (int i = 0; i < table.dataFiles().size(); i++) {
      DataFile file = table.dataFiles().get(i);
      parts.add(new ArrowPart(table.path(file), first.get(i), file.rows()));
    }
    StorageSettings settings = storage;
    Vocabulary known = vocabulary;
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(parts, parts.size())
        .mapPartitions(TaskEdge.around(files -> work.of(new ArrowRows(settings, known, files))));
  }

  private <R, T> JavaRDD<T> parquet(String column, Reading<R> reading, PerPartition<R, T> work) {
    Store store = Store.with(storage);
    Map<String, Long> firstRow = new HashMap<>();
    List<String> paths = new ArrayList<>();
    List<Long> first = table.firstRows();
    for (int i = 0; i < table.dataFiles().size(); i++) {
      DataFile file = table.dataFiles().get(i);
      firstRow.put(file.name(), first.get(i));
      paths.add(SparkStorage.uri(store, table.path(file)));
    }
    Dataset<Row> files = LiteralPaths.parquet(LiteralPaths.reader(session), paths);
    boolean spans = List.of(files.columns()).contains(Columns.LABEL_SPANS);
    Dataset<Row> rows =
        files.select(
            col(column),
            col(Columns.SEQ_LEN),
            spans ? col(Columns.LABEL_SPANS) : array().cast("array<int>"),
            col("_metadata.file_name"),
            col("_metadata.row_index"));
    FlatMapFunction<Iterator<InternalRow>, T> task =
        part ->
            work.of(
                new ParquetRows<>(StoreWatch.over("the feature table", part), firstRow, reading));
    return rows.queryExecution().toRdd().toJavaRDD().mapPartitions(TaskEdge.around(task));
  }

  /** An Arrow file, the dense index of its first row, and how many there have to be. */
  private record ArrowPart(String path, long firstRow, long rows) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private static final class ArrowRows implements Iterator<Indexed> {
    private final StorageSettings storage;
    private final Vocabulary vocabulary;
    private final Iterator<ArrowPart> files;
    private ArrowTableReader open;
    private ArrowPart file;
    private long index;

    ArrowRows(StorageSettings storage, Vocabulary vocabulary, Iterator<ArrowPart> files) {
      this.storage = storage;
      this.vocabulary = vocabulary;
      this.files = files;
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) done -> close());
    }

    @Override
    public boolean hasNext() {
      while (open == null || !open.hasNext()) {
        requireAll();
        close();
        if (!files.hasNext()) {
          return false;
        }
        file = files.next();
        open = ArrowTableReader.open(Store.with(storage), file.path(), vocabulary);
        index = file.firstRow();
      }
      return true;
    }

    @Override
    public Indexed next() {
      if (index == file.firstRow() + file.rows()) {
        throw TableLayout.wrongRows(file.path(), "more than " + file.rows(), file.rows());
      }
      return new Indexed(index++, open.next());
    }

    private void requireAll() {
      if (open != null && index < file.firstRow() + file.rows()) {
        throw TableLayout.wrongRows(file.path(), index - file.firstRow(), file.rows());
      }
    }

    private void close() {
      if (open != null) {
        open.close();
        open = null;
      }
    }
  }

  /** What is made of a Parquet row whose first three columns were selected. */
  private interface Reading<R> extends Serializable {
    R of(long index, InternalRow row);
  }

  private static Indexed indexed(long index, InternalRow row) {
    int[] ids = row.getArray(0).toIntArray();
    return new Indexed(index, new FeatureRow(ids, spans(row, ids.length)));
  }

  private static Size size(long index, InternalRow row) {
    return new Size(index, row.getInt(0), spans(row, row.getInt(0)), Optional.empty());
  }

  private static LabelSpans spans(InternalRow row, int length) {
    return FeatureRow.spans(row.getInt(1), length, row.getArray(2).toIntArray());
  }

  private record ParquetRows<R>(
      Iterator<InternalRow> rows, Map<String, Long> firstRow, Reading<R> reading)
      implements Iterator<R> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public R next() {
      InternalRow row = rows.next();
      long index = firstRow.get(row.getUTF8String(3).toString()) + row.getLong(4);
      return reading.of(index, row);
    }
  }

  private record SizesOf(Iterator<Indexed> rows) implements Iterator<Size> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Size next() {
      Indexed next = rows.next();
      FeatureRow row = next.row();
      return new Size(next.index(), row.length(), row.spans(), row.fault());
    }
  }
}
