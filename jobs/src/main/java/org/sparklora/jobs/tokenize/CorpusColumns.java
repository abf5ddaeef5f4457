package org.sparklora.jobs.tokenize;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.jobs.run.TextColumns;
import org.sparklora.storage.Store;

/**
 * What is read of Parquet corpora, for each row where it stands and its texts.
 *
 * @param texts question and answer, or the whole row as JSON, as bytes
 * @param file its URI
 * @param number of the row in its file, −1 where nobody asks where rows stand
 */
record CorpusColumns(Dataset<Row> rows, List<Column> texts, Column file, Column number) {
  private static final Column NOWHERE = lit(-1L);

  /**
   * Of these files.
   *
   * @param placed whether somebody asks for {@link #file} and {@link #number}
   */
  static CorpusColumns read(
      SparkSession session, RowReading reading, List<String> files, boolean placed) {
    if (reading.isPlain()) {
      List<String> keys = reading.keys();
      return new CorpusColumns(
          TextColumns.read(session, files, keys),
          keys.stream().map(TextColumns::column).toList(),
          TextColumns.file(),
          placed ? TextColumns.number() : NOWHERE);
    }
    return new CorpusColumns(
        TextColumns.rows(
            session, Store.with(reading.storage()), files, reading.chat().shape().keys(), placed),
        List.of(col(TextColumns.JSON)),
        col(TextColumns.FILE),
        placed ? col(TextColumns.NUMBER) : NOWHERE);
  }
}
