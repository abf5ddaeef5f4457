package org.sparklora.jobs.tokenize;

import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.sparklora.jobs.near.NearClusters;
import org.sparklora.jobs.near.Repeats;
import org.sparklora.jobs.spark.Described;
import org.sparklora.near.LeftOut;
import org.sparklora.near.NearText;
import org.sparklora.near.RowPlace;
import org.sparklora.near.TextKey;
import org.sparklora.tokenize.Dedup;
import scala.Tuple2;

/** Finds the rows that repeat earlier ones: the first of each group stays. */
record Deduping(JavaRDD<KnownRow> known, Dedup dedup) {
  LeftOut leftOut() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(known.context());
    try (Described looking = Described.as(spark.sc(), "look for repeated rows")) {
      JavaRDD<KnownRow> rows = known.filter(row -> row.key() != null);
      List<RowPlace> equal =
          Repeats.of(rows.mapToPair(row -> new Tuple2<>(row.key(), row.place()))).collect();
      LeftOut leftOut = LeftOut.of(equal, List.of());
      return dedup == Dedup.NEAR
          ? LeftOut.of(equal, near(rows, spark.broadcast(leftOut)))
          : leftOut;
    }
  }

  private static List<RowPlace> near(JavaRDD<KnownRow> rows, Broadcast<LeftOut> equal) {
    JavaRDD<NearText> texts = rows.map(KnownRow::whole);
    JavaPairRDD<TextKey, RowPlace> byCluster =
        rows.filter(row -> equal.value().repeat(row.place()).isEmpty())
            .mapToPair(row -> new Tuple2<>(row.whole().id(), row.place()))
            .leftOuterJoin(new NearClusters(Dedup.NEARLY).of(texts))
            .mapToPair(
                row -> new Tuple2<>(new TextKey(row._2()._2().or(row._1()), 0), row._2()._1()));
    return Repeats.of(byCluster).collect();
  }
}
