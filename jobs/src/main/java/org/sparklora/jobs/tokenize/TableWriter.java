package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.command.JobOutcome;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableLayout;
import org.sparklora.jobs.spark.LiteralPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** Writes feature rows as the data files of a table, and reads back what was committed. */
final class TableWriter {
  private static final int MOST_READERS = 1_000;

  private final SparkSession session;
  private final StorageSettings storage;
  private final Store store;
  private final String folder;
  private final TableFormat format;

  TableWriter(SparkSession session, StorageSettings storage, String folder, TableFormat format) {
    this.session = session;
    this.storage = storage;
    this.store = Store.with(storage);
    this.folder = folder;
    this.format = format;
  }

  /** Writes one file per task that has rows; the committed files in row order. */
  List<DataFile> write(JavaRDD<FeatureRow> rows) {
    int parts = rows.getNumPartitions();
    List<String> names = rows.mapPartitions(new FileTask(storage, folder, format, parts)).collect();
    // What killed attempts left: a tool that reads the whole folder must not find their rows.
    store.deleteOthers(folder, "." + format.word(), Set.copyOf(names));
    return readBack(names);
  }

  /** As {@link #write(JavaRDD)}, but Parquet by Spark's own writer, which can run on a GPU. */
  List<DataFile> write(Dataset<Row> rows) {
    return switch (format) {
      case PARQUET -> writeWithSpark(rows);
      case ARROW -> write(rows.javaRDD().map(FeatureColumns::featureRow));
    };
  }

  private List<DataFile> writeWithSpark(Dataset<Row> rows) {
    LiteralPaths.writer(rows.write()).parquet(SparkStorage.uri(store, folder));
    Stream<String> names = store.list(folder).stream().map(StoredFile::name);
    return readBack(names.filter(n -> n.startsWith("part-") && n.endsWith(".parquet")).toList());
  }

  private List<DataFile> readBack(List<String> names) {
    List<DataFile> files =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(names, Math.max(1, Math.min(names.size(), MOST_READERS)))
            .map(new ReadBack(storage, folder, format)::of)
            .filter(f -> f.rows() > 0)
            .collect();
    format.layout().finish(store, folder, files);
    return files;
  }

  /** Writes one partition to a file under a name that only this attempt uses. */
  private record FileTask(StorageSettings storage, String folder, TableFormat format, int parts)
      implements FlatMapFunction<Iterator<FeatureRow>, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<String> call(Iterator<FeatureRow> rows) {
      if (!rows.hasNext()) {
        return List.<String>of().iterator();
      }
      TaskContext context = TaskContext.get();
      int attempt = context.stageAttemptNumber() * 1_000 + context.attemptNumber();
      String name = format.layout().fileName(context.partitionId(), parts, attempt);
      Store store = Store.with(storage);
      String path = Store.child(folder, name);
      try (TableLayout.Writer writer = format.layout().writer(store, path)) {
        rows.forEachRemaining(writer::add);
      } catch (RuntimeException e) {
        JobOutcome.afterFailure(e, () -> store.delete(path));
        throw e;
      }
      return List.of(name).iterator();
    }
  }

  private record ReadBack(StorageSettings storage, String folder, TableFormat format)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    DataFile of(String name) {
      return format.layout().describe(Store.with(storage), folder, name);
    }
  }
}
