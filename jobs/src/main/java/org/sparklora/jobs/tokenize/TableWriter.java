package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.command.JobOutcome;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.RowColumns;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableLayout;
import org.sparklora.feature.WrittenFile;
import org.sparklora.jobs.run.RunFiles;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoreWatch;
import org.sparklora.storage.StoredFile;

/** Writes feature rows as the data files of a table, and reads back what was committed. */
final class TableWriter {
  private static final int MOST_READERS = 1_000;
  private static final String CORPUS = "the corpus";

  private final SparkSession session;
  private final StorageSettings storage;
  private final Store store;
  private final RunFiles target;
  private final TableFormat format;
  private final RowColumns columns;

  TableWriter(
      SparkSession session,
      StorageSettings storage,
      RunFiles target,
      TableFormat format,
      RowColumns columns) {
    this.columns = columns;
    this.session = session;
    this.storage = storage;
    this.store = Store.with(storage);
    this.target = target;
    this.format = format;
  }

  /** Writes one file per task that has rows; the committed files in row order. */
  List<DataFile> write(JavaRDD<FeatureRow> rows) {
    int parts = rows.getNumPartitions();
    List<WrittenFile> files =
        rows.mapPartitions(TaskEdge.around(new FileTask(storage, target, format, columns, parts)))
            .collect();
    return readBack(files, new ReadBack(storage, target.folder(), format)::ofWritten);
  }

  /** As {@link #write(JavaRDD)}, but Parquet by Spark's own writer, which can run on a GPU. */
  List<DataFile> write(Dataset<Row> rows) {
    return switch (format) {
      case PARQUET -> writeWithSpark(rows);
      case ARROW ->
          write(
              rows.javaRDD()
                  .mapPartitions(part -> StoreWatch.over(CORPUS, part))
                  .map(FeatureColumns::featureRow));
    };
  }

  private List<DataFile> writeWithSpark(Dataset<Row> rows) {
    List<StoredFile> files =
        target.write(store, rows, "parquet", CORPUS).stream()
            .filter(f -> f.name().endsWith(".parquet"))
            .toList();
    return readBack(
        files.stream().map(StoredFile::name).toList(),
        new ReadBack(storage, target.folder(), format)::of);
  }

  private <F> List<DataFile> readBack(List<F> files, Function<F, DataFile> read) {
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(files, Math.max(1, Math.min(files.size(), MOST_READERS)))
        .map(read)
        .filter(f -> f.rows() > 0)
        .collect();
  }

  /** Writes one partition to a file under a name that only this attempt uses. */
  private record FileTask(
      StorageSettings storage, RunFiles target, TableFormat format, RowColumns columns, int parts)
      implements FlatMapFunction<Iterator<FeatureRow>, WrittenFile> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<WrittenFile> call(Iterator<FeatureRow> rows) {
      if (!rows.hasNext()) {
        return List.<WrittenFile>of().iterator();
      }
      TaskContext context = TaskContext.get();
      int attempt = context.stageAttemptNumber() * 1_000 + context.attemptNumber();
      String name = format.layout().fileName(target.run(), context.partitionId(), parts, attempt);
      Store store = Store.with(storage);
      String path = Store.child(target.folder(), name);
      TableLayout.Writer writer = format.layout().writer(store, path, columns);
      try (writer) {
        rows.forEachRemaining(writer::add);
      } catch (RuntimeException e) {
        JobOutcome.afterFailure(e, () -> store.delete(path));
        throw e;
      }
      return List.of(new WrittenFile(name, writer.checksum())).iterator();
    }
  }

  private record ReadBack(StorageSettings storage, String folder, TableFormat format)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    DataFile ofWritten(WrittenFile file) {
      return TaskEdge.around(
          () -> {
            file.check(Store.with(storage), folder);
            return of(file.name());
          });
    }

    DataFile of(String name) {
      return TaskEdge.around(() -> format.layout().describe(Store.with(storage), folder, name));
    }
  }
}
