package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.sparklora.jobs.near.NearClusters;
import org.sparklora.jobs.near.Repeats;
import org.sparklora.jobs.spark.Described;
import org.sparklora.near.LeftOut;
import org.sparklora.near.NearText;
import org.sparklora.near.RowPlace;
import org.sparklora.near.TextKey;
import org.sparklora.tokenize.Dedup;
import org.sparklora.tokenize.RowTexts;
import scala.Tuple2;

/** Finds the rows that repeat earlier ones: the first of each group stays. */
record Deduping(CorpusTexts corpus, Dedup dedup) {
  /** What is known of a row. */
  private record Keyed(RowPlace place, TextKey key, long near) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  LeftOut leftOut() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(corpus.session().sparkContext());
    try (Described looking = Described.as(spark.sc(), "look for repeated rows")) {
      JavaRDD<Keyed> rows = keyed().persist(StorageLevel.MEMORY_AND_DISK());
      List<RowPlace> equal =
          Repeats.of(rows.mapToPair(row -> new Tuple2<>(row.key(), row.place()))).collect();
      LeftOut leftOut = LeftOut.of(equal, List.of());
      if (dedup == Dedup.NEAR) {
        leftOut = LeftOut.of(equal, near(rows, spark.broadcast(leftOut)));
      }
      rows.unpersist();
      return leftOut;
    }
  }

  private List<RowPlace> near(JavaRDD<Keyed> rows, Broadcast<LeftOut> equal) {
    JavaPairRDD<Long, RowPlace> distinct =
        rows.filter(row -> equal.value().repeat(row.place()).isEmpty())
            .mapToPair(row -> new Tuple2<>(row.near(), row.place()));
    JavaPairRDD<TextKey, RowPlace> byCluster =
        distinct
            .leftOuterJoin(new NearClusters(Dedup.NEARLY).of(texts()))
            .mapToPair(
                row -> new Tuple2<>(new TextKey(row._2()._2().or(row._1()), 0), row._2()._1()));
    return Repeats.of(byCluster).collect();
  }

  private JavaRDD<Keyed> keyed() {
    TokenizeSetup setup = corpus.setup();
    boolean near = dedup == Dedup.NEAR;
    return corpus.each(
        () -> {
          RowTexts.Reader reader = setup.reader();
          return seen ->
              reader
                  .read(seen.example())
                  .map(
                      texts ->
                          new Keyed(
                              seen.place(),
                              TextKey.of(texts.key()),
                              near ? NearText.idOf(texts.whole()) : 0));
        });
  }

  private JavaRDD<NearText> texts() {
    TokenizeSetup setup = corpus.setup();
    return corpus.each(
        () -> {
          RowTexts.Reader reader = setup.reader();
          return seen -> reader.read(seen.example()).map(texts -> NearText.of(texts.whole()));
        });
  }
}
