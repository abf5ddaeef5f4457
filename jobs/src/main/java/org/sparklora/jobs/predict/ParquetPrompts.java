package org.sparklora.jobs.predict;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.corpus.BadReasons;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.jobs.run.TextColumns;
import scala.Tuple2;

/** Prompts from Parquet. A null is a bad row. */
final class ParquetPrompts {
  private static final int PROMPT = 0;
  private static final int FILE = 1;
  private static final int INDEX = 2;
  private static final int TARGET = 3;

  private final SparkSession session;
  private final ExampleParser parser;
  private final List<String> files;

  ParquetPrompts(SparkSession session, ExampleParser parser, List<String> files) {
    this.session = session;
    this.parser = parser;
    this.files = files;
  }

  PromptTable table() {
    Dataset<Row> rows = rows();
    Map<String, FileCount> counts = new HashMap<>();
    rows.javaRDD()
        .mapPartitions(ParquetPrompts::count)
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
    return new PromptTable(prompts(rows, starts), total, bad);
  }

  private Dataset<Row> rows() {
    Dataset<Row> input = session.read().parquet(files.toArray(new String[0]));
    List<Column> columns = new ArrayList<>();
    columns.add(TextColumns.require(input.schema(), parser.promptKey()).as("prompt"));
    columns.add(col("_metadata.file_path"));
    columns.add(col("_metadata.row_index"));
    if (!parser.targetKey().isEmpty()) {
      columns.add(TextColumns.require(input.schema(), parser.targetKey()).as("target"));
    }
    return input.select(columns.toArray(new Column[0]));
  }

  private static JavaPairRDD<Long, PromptRow> prompts(Dataset<Row> rows, Map<String, Long> starts) {
    return rows.javaRDD()
        .filter(row -> !isBad(row))
        .mapToPair(
            row -> {
              String target = row.size() > TARGET ? row.getString(TARGET) : null;
              return new Tuple2<>(
                  starts.get(file(row)) + row.getLong(INDEX),
                  new PromptRow(row.getString(PROMPT), target));
            });
  }

  private static Iterator<FileCount> count(Iterator<Row> rows) {
    Map<String, FileCount> counts = new TreeMap<>();
    rows.forEachRemaining(row -> counts.merge(file(row), one(row), FileCount::plus));
    return counts.values().iterator();
  }

  private static FileCount one(Row row) {
    BadReasons bad = new BadReasons();
    if (isBad(row)) {
      CorpusRow.Bad reason = new CorpusRow.Bad("a value is null", new byte[0]);
      String file = row.getString(FILE);
      bad.add(
          new CorpusRows.Located(
              file, CorpusRows.Unit.ROW, row.getLong(INDEX), reason, Optional.empty()),
          reason);
    }
    return new FileCount(file(row), 1, bad);
  }

  private static boolean isBad(Row row) {
    return row.isNullAt(PROMPT) || (row.size() > TARGET && row.isNullAt(TARGET));
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
