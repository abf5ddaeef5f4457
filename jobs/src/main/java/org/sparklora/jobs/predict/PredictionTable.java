package org.sparklora.jobs.predict;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
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
  private final String folder;

  PredictionTable(SparkSession session, Store store, String folder) {
    this.session = session;
    this.store = store;
    this.folder = folder;
  }

  /** The committed data files in row order. */
  List<PredictionFile> write(Dataset<Row> predictions, PredictionFormat format) {
    String target = SparkStorage.uri(store, folder);
    // The table's mark is _predictions.json; a second one would only mislead.
    DataFrameWriter<Row> writer =
        LiteralPaths.writer(predictions.write())
            .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false");
    if (format == PredictionFormat.PARQUET) {
      writer.parquet(target);
    } else {
      writer.json(target);
    }
    List<StoredFile> files =
        store.list(folder).stream().filter(f -> f.name().startsWith("part-")).toList();
    Map<String, Long> rows = files.isEmpty() ? Map.of() : rows(files, format);
    return files.stream()
        .filter(f -> rows.containsKey(f.name()))
        .map(f -> new PredictionFile(f.name(), rows.get(f.name()), f.length()))
        .toList();
  }

  private Map<String, Long> rows(List<StoredFile> files, PredictionFormat format) {
    String[] paths =
        files.stream().map(f -> SparkStorage.uri(store, f.path())).toArray(String[]::new);
    Dataset<Row> read =
        format == PredictionFormat.PARQUET
            ? LiteralPaths.reader(session).parquet(paths)
            : LiteralPaths.reader(session).text(paths);
    Map<String, Long> rows = new HashMap<>();
    read.groupBy(functions.col("_metadata.file_name"))
        .count()
        .collectAsList()
        .forEach(r -> rows.put(r.getString(0), r.getLong(1)));
    return rows;
  }
}
