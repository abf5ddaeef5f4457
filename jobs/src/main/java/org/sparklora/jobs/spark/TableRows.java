package org.sparklora.jobs.spark;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.TaskCompletionListener;
import org.sparklora.feature.ArrowTableReader;
import org.sparklora.feature.Columns;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.FeatureTable;
import org.sparklora.feature.TableFormat;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;

/** The rows of a feature table with their dense index, read in parallel from the files it lists. */
public final class TableRows {
  private final SparkSession session;
  private final StorageSettings storage;
  private final FeatureTable table;

  public TableRows(SparkSession session, StorageSettings storage, FeatureTable table) {
    this.session = session;
    this.storage = storage;
    this.table = table;
  }

  /** A row and its place 0 to n-1 in the table; lives inside one task. */
  public record Indexed(long index, FeatureRow row) {}

  /** What a task makes of its part of the table. */
  public interface PerPartition<T> extends Serializable {
    Iterator<T> of(Iterator<Indexed> rows);
  }

  /** Applies {@code work} to every part of the table. */
  public <T> JavaRDD<T> map(PerPartition<T> work) {
    return table.format() == TableFormat.ARROW ? arrow(work) : parquet(work);
  }

  private <T> JavaRDD<T> arrow(PerPartition<T> work) {
    List<ArrowPart> parts = new ArrayList<>();
    List<Long> first = table.firstRows();
    for (int i = 0; i < table.dataFiles().size(); i++) {
      parts.add(new ArrowPart(table.path(table.dataFiles().get(i)), first.get(i)));
    }
    StorageSettings settings = storage;
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(parts, parts.size())
        .mapPartitions(files -> work.of(new ArrowRows(settings, files)));
  }

  private <T> JavaRDD<T> parquet(PerPartition<T> work) {
    Store store = Store.with(storage);
    Map<String, Long> firstRow = new HashMap<>();
    List<String> paths = new ArrayList<>();
    List<Long> first = table.firstRows();
    for (int i = 0; i < table.dataFiles().size(); i++) {
      DataFile file = table.dataFiles().get(i);
      firstRow.put(file.name(), first.get(i));
      paths.add(SparkStorage.uri(store, table.path(file)));
    }
    Dataset<Row> rows =
        session
            .read()
            .parquet(paths.toArray(new String[0]))
            .select(
                col(Columns.INPUT_IDS),
                col(Columns.SEQ_LEN),
                col("_metadata.file_name"),
                col("_metadata.row_index"));
    FlatMapFunction<Iterator<InternalRow>, T> task =
        part -> work.of(new ParquetRows(part, firstRow));
    return rows.queryExecution().toRdd().toJavaRDD().mapPartitions(task);
  }

  /** An Arrow file and the dense index of its first row. */
  private record ArrowPart(String path, long firstRow) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private static final class ArrowRows implements Iterator<Indexed> {
    private final StorageSettings storage;
    private final Iterator<ArrowPart> files;
    private ArrowTableReader open;
    private long index;

    ArrowRows(StorageSettings storage, Iterator<ArrowPart> files) {
      this.storage = storage;
      this.files = files;
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) done -> close());
    }

    @Override
    public boolean hasNext() {
      while (open == null || !open.hasNext()) {
        close();
        if (!files.hasNext()) {
          return false;
        }
        ArrowPart file = files.next();
        open = ArrowTableReader.open(Store.with(storage), file.path());
        index = file.firstRow();
      }
      return true;
    }

    @Override
    public Indexed next() {
      return new Indexed(index++, open.next());
    }

    private void close() {
      if (open != null) {
        open.close();
        open = null;
      }
    }
  }

  private record ParquetRows(Iterator<InternalRow> rows, Map<String, Long> firstRow)
      implements Iterator<Indexed> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Indexed next() {
      InternalRow row = rows.next();
      long index = firstRow.get(row.getUTF8String(2).toString()) + row.getLong(3);
      return new Indexed(index, new FeatureRow(row.getArray(0).toIntArray(), row.getInt(1)));
    }
  }
}
