package org.sparklora.jobs;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.feature.ArrowTable;
import org.sparklora.feature.ArrowTableReader;
import org.sparklora.feature.ArrowTableWriter;
import org.sparklora.feature.Columns;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.LengthHistogram;
import org.sparklora.feature.TableFormat;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** Writes feature rows as the data files of a table, and reads back what was committed. */
final class TableWriter {
  private final SparkSession session;
  private final StorageSettings storage;
  private final Store store;
  private final String folder;

  TableWriter(SparkSession session, StorageSettings storage, String folder) {
    this.session = session;
    this.storage = storage;
    this.store = Store.with(storage);
    this.folder = folder;
  }

  /** The committed data files in row order. */
  record Written(List<DataFile> files, LengthHistogram lengths) {}

  Written write(Dataset<Row> rows, TableFormat format) {
    if (format == TableFormat.ARROW) {
      Written written = readBack(writeArrow(rows), new ArrowLengths(storage, folder));
      ArrowTable.finish(store, folder, written.files());
      return written;
    }
    rows.write().mode("append").parquet(SparkStorage.uri(store, folder));
    List<String> names =
        store.list(folder).stream()
            .map(StoredFile::name)
            .filter(n -> n.startsWith("part-") && n.endsWith(".parquet"))
            .toList();
    return readBackParquet(names);
  }

  /** One file per task, under a name that only this attempt uses. */
  private List<String> writeArrow(Dataset<Row> rows) {
    int parts = rows.javaRDD().getNumPartitions();
    return rows.javaRDD().mapPartitions(new ArrowTask(storage, folder, parts)).collect();
  }

  private Written readBack(List<String> names, ArrowLengths lengths) {
    List<FileLengths> counted =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(names, Math.max(1, Math.min(names.size(), 1_000)))
            .map(lengths::of)
            .collect();
    return written(names, counted);
  }

  private Written readBackParquet(List<String> names) {
    if (names.isEmpty()) {
      return new Written(List.of(), LengthHistogram.empty());
    }
    String[] paths =
        names.stream()
            .map(n -> SparkStorage.uri(store, Store.child(folder, n)))
            .toArray(String[]::new);
    List<FileLengths> counted =
        session
            .read()
            .schema(FeatureColumns.SCHEMA)
            .parquet(paths)
            .select(col("_metadata.file_name"), col(Columns.LENGTH))
            .javaRDD()
            .mapPartitions(TableWriter::lengths)
            .collect();
    return written(names, counted);
  }

  private static Iterator<FileLengths> lengths(Iterator<Row> rows) {
    Map<String, LengthHistogram.Tally> byFile = new TreeMap<>();
    rows.forEachRemaining(
        r ->
            byFile
                .computeIfAbsent(r.getString(0), n -> new LengthHistogram.Tally())
                .add(r.getInt(1)));
    List<FileLengths> all = new ArrayList<>();
    byFile.forEach((name, tally) -> all.add(new FileLengths(name, tally.histogram())));
    return all.iterator();
  }

  private Written written(List<String> names, List<FileLengths> counted) {
    Map<String, Long> rows = new HashMap<>();
    LengthHistogram.Tally all = new LengthHistogram.Tally();
    for (FileLengths part : counted) {
      rows.merge(part.name(), part.lengths().rows(), Long::sum);
      all.add(part.lengths());
    }
    List<DataFile> files =
        names.stream()
            .filter(rows::containsKey)
            .map(n -> new DataFile(n, rows.get(n), store.length(Store.child(folder, n))))
            .toList();
    return new Written(files, all.histogram());
  }

  /** The lengths of a part of one file. */
  private record FileLengths(String name, LengthHistogram lengths) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private record ArrowTask(StorageSettings storage, String folder, int parts)
      implements FlatMapFunction<Iterator<Row>, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<String> call(Iterator<Row> rows) {
      if (!rows.hasNext()) {
        return List.<String>of().iterator();
      }
      TaskContext context = TaskContext.get();
      int attempt = context.stageAttemptNumber() * 1_000 + context.attemptNumber();
      String name = ArrowTable.fileName(context.partitionId(), parts, attempt);
      try (ArrowTableWriter writer =
          ArrowTableWriter.create(Store.with(storage), Store.child(folder, name))) {
        rows.forEachRemaining(r -> writer.add(FeatureColumns.featureRow(r)));
      }
      return List.of(name).iterator();
    }
  }

  private record ArrowLengths(StorageSettings storage, String folder) implements Serializable {
    private static final long serialVersionUID = 1L;

    FileLengths of(String name) {
      LengthHistogram.Tally tally = new LengthHistogram.Tally();
      try (ArrowTableReader rows =
          ArrowTableReader.open(Store.with(storage), Store.child(folder, name))) {
        rows.forEachRemaining(r -> tally.add(r.length()));
      }
      return new FileLengths(name, tally.histogram());
    }
  }
}
