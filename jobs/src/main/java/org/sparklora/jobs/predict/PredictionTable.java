package org.sparklora.jobs.predict;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.sparklora.jobs.run.RunFiles;
import org.sparklora.jobs.spark.LiteralPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.predict.PredictionFormat;
import org.sparklora.predict.PredictionsInfo.PredictionFile;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** Writes predictions as the data files of a table, and counts what was committed. */
final class PredictionTable {
  private final SparkSession session;
  private final Store store;
  private final RunFiles target;

  PredictionTable(SparkSession session, Store store, RunFiles target) {
    this.session = session;
    this.store = store;
    this.target = target;
  }

  /** The committed data files in row order. */
  List<PredictionFile> write(Dataset<Row> predictions, PredictionFormat format) {
    String written = format == PredictionFormat.PARQUET ? "parquet" : "json";
    List<StoredFile> files = target.write(store, predictions, written);
    Map<String, Long> rows = files.isEmpty() ? Map.of() : rows(files, format);
    return files.stream()
        .filter(f -> rows.containsKey(f.name()))
        .map(f -> new PredictionFile(f.name(), rows.get(f.name()), f.length()))
        .toList();
  }

  private Map<String, Long> rows(List<StoredFile> files, PredictionFormat format) {
    List<String> paths = files.stream().map(f -> SparkStorage.uri(store, f.path())).toList();
    Dataset<Row> read =
        format == PredictionFormat.PARQUET
            ? LiteralPaths.parquet(LiteralPaths.reader(session), paths)
            : LiteralPaths.reader(session).text(LiteralPaths.escaped(paths));
    Map<String, Long> rows = new HashMap<>();
    read.groupBy(functions.col("_metadata.file_name"))
        .count()
        .collectAsList()
        .forEach(r -> rows.put(r.getString(0), r.getLong(1)));
    return rows;
  }
}
