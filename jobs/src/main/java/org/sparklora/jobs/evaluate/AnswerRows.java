package org.sparklora.jobs.evaluate;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.MappedRows;
import org.sparklora.corpus.TextValues;
import org.sparklora.jobs.run.TextColumns;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TextParts;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;
import scala.Tuple2;

/** Rows of text or Parquet with one or two texts each, good and bad ones. */
final class AnswerRows {
  private final SparkSession session;
  private final StorageSettings storage;
  private final Store store;
  private final String encoding;

  AnswerRows(SparkSession session, String encoding) {
    this.session = session;
    this.storage = SparkStorage.settings(session);
    this.store = Store.with(storage);
    this.encoding = encoding;
  }

  /** In any order. */
  JavaRDD<ReadRow> of(AnswerFiles answers, ExampleParser wanted) {
    CorpusPlan plan = plan(answers, wanted);
    return plan.isParquet()
        ? ofParquet(columns(answers.files(), wanted), wanted)
        : ofText(plan, wanted);
  }

  /** Each with its number in the whole. */
  JavaPairRDD<Long, ReadRow> numbered(AnswerFiles answers, ExampleParser wanted) {
    CorpusPlan plan = plan(answers, wanted);
    if (!plan.isParquet()) {
      return ofText(plan, wanted).zipWithIndex().mapToPair(Tuple2::swap);
    }
    Dataset<Row> rows = columns(answers.files(), wanted);
    Map<String, Long> counts = new HashMap<>();
    rows.groupBy("file")
        .count()
        .collectAsList()
        .forEach(r -> counts.put(r.getString(0), r.getLong(1)));
    Map<String, Long> starts = new HashMap<>();
    long start = 0;
    for (StoredFile file : answers.files()) {
      starts.put(file.name(), start);
      start += counts.getOrDefault(file.name(), 0L);
    }
    return numbered(rows, starts, values(wanted));
  }

  private static JavaPairRDD<Long, ReadRow> numbered(
      Dataset<Row> rows, Map<String, Long> starts, TextValues values) {
    return rows.javaRDD()
        .mapToPair(
            r ->
                new Tuple2<>(
                    starts.get(r.<String>getAs("file")) + r.<Long>getAs("number"), row(values, r)));
  }

  private CorpusPlan plan(AnswerFiles answers, ExampleParser wanted) {
    return answers.plan(store, session.sparkContext().defaultParallelism(), encoding, wanted);
  }

  private JavaRDD<ReadRow> ofText(CorpusPlan plan, ExampleParser wanted) {
    return new TextParts(storage, wanted)
        .read(
            session.sparkContext(),
            plan.parts(),
            rows -> new MappedRows<>(rows, row -> Optional.of(ReadRow.of(row.row()))));
  }

  private static JavaRDD<ReadRow> ofParquet(Dataset<Row> rows, ExampleParser wanted) {
    TextValues values = values(wanted);
    return rows.javaRDD().map(r -> row(values, r));
  }

  private Dataset<Row> columns(List<StoredFile> files, ExampleParser wanted) {
    List<String> keys =
        Stream.of(wanted.promptKey(), wanted.targetKey()).filter(k -> !k.isEmpty()).toList();
    List<Column> columns = new ArrayList<>();
    columns.add(col("_metadata.file_name").as("file"));
    columns.add(col("_metadata.row_index").as("number"));
    for (int i = 0; i < keys.size(); i++) {
      columns.add(TextColumns.column(keys.get(i)).as("text" + i));
    }
    return TextColumns.read(
            session, files.stream().map(f -> SparkStorage.uri(store, f.path())).toList(), keys)
        .select(columns.toArray(new Column[0]));
  }

  private static TextValues values(ExampleParser wanted) {
    return new TextValues(wanted.promptKey(), wanted.targetKey());
  }

  private static ReadRow row(TextValues values, Row row) {
    return ReadRow.of(values.row(row.getAs("text0"), row.size() > 3 ? row.getAs("text1") : null));
  }
}
