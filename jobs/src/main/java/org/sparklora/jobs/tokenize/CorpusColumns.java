package org.sparklora.jobs.tokenize;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.jobs.run.TextColumns;

/**
 * What is read of Parquet corpora, for each row where it stands and its texts.
 *
 * @param texts question and answer as bytes, or the whole row as JSON
 */
record CorpusColumns(Dataset<Row> rows, List<Column> texts) {
  static CorpusColumns read(SparkSession session, RowReading reading, List<String> files) {
    if (reading.isPlain()) {
      List<String> keys = reading.keys();
      return new CorpusColumns(
          TextColumns.read(session, files, keys), keys.stream().map(TextColumns::column).toList());
    }
    Dataset<Row> rows = TextColumns.read(session, files);
    return new CorpusColumns(
        rows, List.of(TextColumns.json(rows, reading.chat().shape().columns().values())));
  }

  static Column file() {
    return col("_metadata.file_path");
  }

  /** Of a row in its file. */
  static Column number() {
    return col("_metadata.row_index");
  }
}
