package org.sparklora.jobs.predict;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Failure;
import org.sparklora.corpus.BadReasons;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.ParquetCorpus;
import org.sparklora.corpus.TextValues;
import org.sparklora.corpus.chat.Questions;
import org.sparklora.jobs.run.TextColumns;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoreWatch;
import org.sparklora.storage.StoredFile;
import scala.Tuple2;

/** Prompts from Parquet. A null, or what is not UTF-8, is a bad row. */
final class ParquetPrompts {
  private static final int PROMPT = 0;
  private static final int FILE = 1;
  private static final int INDEX = 2;
  private static final int TARGET = 3;

  private final SparkSession session;
  private final ExampleParser parser;
  private final AskedRows asked;
  private final List<String> files;

  ParquetPrompts(SparkSession session, ExampleParser parser, AskedRows asked, List<String> files) {
    this.session = session;
    this.parser = parser;
    this.asked = asked;
    this.files = files;
  }

  /** Fails where no row can ask anything. */
  static void checkConversations(Store store, List<StoredFile> files) {
    ParquetCorpus.check(store, files, Questions.keys());
    List<String> columns = ParquetCorpus.columns(store, files);
    if (Collections.disjoint(columns, Questions.keys())) {
      throw Failure.input(
          "Cannot predict, the Parquet files have no column of a conversation: %s (expected one of %s). Give --prompt_key."
              .formatted(String.join(", ", columns), String.join(", ", Questions.keys())));
    }
  }

  PromptTable table() {
    Dataset<Row> rows = rows();
    Values values = new Values(new TextValues(parser.promptKey(), parser.targetKey()), asked);
    Map<String, FileCount> counts = new HashMap<>();
    rows.javaRDD()
        .mapPartitions(TaskEdge.around(part -> count(values, part)))
        .collect()
        .forEach(c -> counts.merge(c.file(), c, FileCount::plus));
    Map<String, Long> starts = new HashMap<>();
    long total = 0;
    BadReasons bad = new BadReasons();
    for (String file : files) {
      String key = new Path(file).toUri().getPath();
      FileCount count = counts.getOrDefault(key, new FileCount(key, 0, new BadReasons()));
      starts.put(key, total);
      total += count.rows();
      bad.add(count.bad());
    }
    return new PromptTable(prompts(rows, values, starts), total, bad);
  }

  private Dataset<Row> rows() {
    return parser.takesWholeRows() ? wholeRows() : textColumns();
  }

  private Dataset<Row> textColumns() {
    List<String> keys =
        Stream.of(parser.promptKey(), parser.targetKey()).filter(k -> !k.isEmpty()).toList();
    List<Column> columns = new ArrayList<>();
    columns.add(TextColumns.column(parser.promptKey()).as("prompt"));
    columns.add(TextColumns.file());
    columns.add(TextColumns.number());
    if (!parser.targetKey().isEmpty()) {
      columns.add(TextColumns.column(parser.targetKey()).as("target"));
    }
    return TextColumns.read(session, files, keys).select(columns.toArray(new Column[0]));
  }

  private Dataset<Row> wholeRows() {
    Store store = Store.with(SparkStorage.settings(session));
    return TextColumns.rows(session, store, files, Questions.keys(), true)
        .select(col(TextColumns.JSON), col(TextColumns.FILE), col(TextColumns.NUMBER));
  }

  private static JavaPairRDD<Long, PromptRow> prompts(
      Dataset<Row> rows, Values values, Map<String, Long> starts) {
    boolean withTarget = !values.texts().targetKey().isEmpty();
    return rows.javaRDD()
        .flatMapToPair(
            row ->
                PromptRow.of(values.of(row), withTarget).stream()
                    .map(p -> new Tuple2<>(starts.get(file(row)) + row.getLong(INDEX), p))
                    .iterator());
  }

  private static Iterator<FileCount> count(Values values, Iterator<Row> rows) {
    Map<String, FileCount> counts = new TreeMap<>();
    StoreWatch.over("the input", rows)
        .forEachRemaining(row -> counts.merge(file(row), one(values, row), FileCount::plus));
    return counts.values().iterator();
  }

  private static FileCount one(Values values, Row row) {
    BadReasons bad = new BadReasons();
    if (values.of(row) instanceof CorpusRow.Bad found) {
      CorpusRow.Bad reason = new CorpusRow.Bad(reason(found, row), new byte[0]);
      String file = new Path(URI.create(row.getString(FILE))).toString();
      bad.add(
          new CorpusRows.Located(
              file, CorpusRows.Unit.ROW, row.getLong(INDEX), reason, Optional.empty()),
          reason);
    }
    return new FileCount(file(row), 1, bad);
  }

  private static String reason(CorpusRow.Bad bad, Row row) {
    boolean isNull = row.isNullAt(PROMPT) || (row.size() > TARGET && row.isNullAt(TARGET));
    return isNull ? "a value is null" : bad.reason();
  }

  /** Rows as they are read. */
  private record Values(TextValues texts, AskedRows asked) implements Serializable {
    private static final long serialVersionUID = 1L;

    CorpusRow of(Row row) {
      return asked.of(texts.row(row.getAs(PROMPT), row.size() > TARGET ? row.getAs(TARGET) : null));
    }
  }

  /** The path without scheme and host, decoded: equal for every spelling of one path. */
  private static String file(Row row) {
    return URI.create(row.getString(FILE)).getPath();
  }

  private record FileCount(String file, long rows, BadReasons bad) implements Serializable {
    private static final long serialVersionUID = 1L;

    FileCount plus(FileCount other) {
      bad.add(other.bad);
      return new FileCount(file, rows + other.rows, bad);
    }
  }
}
