package org.sparklora.jobs.tokenize;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.MappedRows;
import org.sparklora.corpus.TextValues;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.near.RowPlace;
import org.sparklora.storage.StoreWatch;

/** The rows of the corpora that can be read, looked at before any is tokenized. */
record CorpusTexts(SparkSession session, Corpora corpora, CorpusPlan plan) {

  JavaRDD<KnownRow> known(RowLook look) {
    return plan.isParquet() ? ofParquet(look) : ofText(look);
  }

  private JavaRDD<KnownRow> ofText(RowLook look) {
    return look.reading()
        .parts()
        .read(session.sparkContext(), plan.parts(), rows -> seenText(look.begin(), rows));
  }

  /** Rows are numbered in their task, as tokenizing numbers them. */
  private static Iterator<KnownRow> seenText(RowLook.Eye eye, Iterator<CorpusRows.Located> rows) {
    int part = TaskContext.getPartitionId();
    long[] next = {0};
    return new MappedRows<>(
        rows,
        located -> {
          RowPlace place = new RowPlace(part, next[0]++);
          return located.row() instanceof CorpusRow.Good good
              ? Optional.of(eye.see(place, located.file(), located.place(), good.example()))
              : Optional.empty();
        });
  }

  private JavaRDD<KnownRow> ofParquet(RowLook look) {
    CorpusColumns corpus = CorpusColumns.read(session, look.reading(), corpora.uris(), true);
    Column[] columns =
        Stream.concat(Stream.of(corpus.file(), corpus.number()), corpus.texts().stream())
            .toArray(Column[]::new);
    TextValues values = look.reading().values();
    Map<String, Integer> numbers = corpora.fileNumbers();
    return corpus
        .rows()
        .select(columns)
        .javaRDD()
        .mapPartitions(
            TaskEdge.around(
                rows ->
                    seenRows(look.begin(), values, numbers, StoreWatch.over("a corpus", rows))));
  }

  private static Iterator<KnownRow> seenRows(
      RowLook.Eye eye, TextValues values, Map<String, Integer> numbers, Iterator<Row> rows) {
    return new MappedRows<>(
        rows,
        row -> {
          String file = SparkStorage.path(row.getString(0));
          long number = row.getLong(1);
          RowPlace place = new RowPlace(numbers.get(file), number);
          return values.row(row.getAs(2), row.size() > 3 ? row.getAs(3) : null)
                  instanceof CorpusRow.Good good
              ? Optional.of(eye.see(place, file, number, good.example()))
              : Optional.empty();
        });
  }
}
