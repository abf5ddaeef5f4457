package org.sparklora.jobs.tokenize;

import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.sparklora.Failure;
import org.sparklora.feature.PromptClusters;
import org.sparklora.jobs.near.NearClusters;
import org.sparklora.jobs.spark.Described;
import org.sparklora.tokenize.Dedup;
import org.sparklora.tokenize.Sides;
import scala.Tuple2;

/**
 * Decides which prompts are held out where a prompt's own hash does not say it: prompts of one
 * cluster are on one side, and a number of rows is reached by as few prompts as it takes.
 *
 * @param known all rows, which make the clusters
 * @param taken those that are taken, which are counted
 * @param size a share, or from 1 on a number of rows
 */
record Splitting(JavaRDD<KnownRow> known, JavaRDD<KnownRow> taken, double size) {
  /** The sides, and how prompts are clustered; null where they are not. */
  record Split(Sides sides, PromptClusters clusters) {}

  Split split(Dedup dedup) {
    try (Described splitting = Described.as(known.context(), "split the prompts")) {
      if (dedup == Dedup.NEAR) {
        return byCluster();
      }
      JavaRDD<Long> sides = taken.filter(row -> row.side() != null).map(KnownRow::side);
      return new Split(new Sides(false, last(sides), new long[0]), null);
    }
  }

  private Split byCluster() {
    JavaPairRDD<Long, Long> clusters =
        new NearClusters(Dedup.NEARLY)
            .of(known.filter(row -> row.prompt() != null).map(KnownRow::prompt))
            .persist(StorageLevel.MEMORY_AND_DISK());
    Sides alone = new Sides(true, lastOf(clusters), new long[0]);
    List<Long> moved =
        clusters
            .filter(e -> alone.isFirst(Sides.keyOf(e._1())) != alone.isFirst(Sides.keyOf(e._2())))
            .keys()
            .collect();
    PromptClusters counts = new PromptClusters(clusters.count(), moved.size());
    clusters.unpersist();
    long[] ids = moved.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Split(new Sides(true, alone.last(), ids), counts);
  }

  private long lastOf(JavaPairRDD<Long, Long> clusters) {
    if (size < 1) {
      return Sides.lastOf(size);
    }
    return last(
        taken
            .filter(row -> row.prompt() != null)
            .mapToPair(row -> new Tuple2<>(row.prompt().id(), true))
            .leftOuterJoin(clusters)
            .map(row -> Sides.keyOf(row._2()._2().or(row._1()).longValue())));
  }

  /** The key up to which there are as many rows as are wanted. */
  private long last(JavaRDD<Long> keys) {
    if (size < 1) {
      return Sides.lastOf(size);
    }
    long rows = keys.count();
    if (rows <= size) {
      throw Failure.input(
          "Cannot hold rows out, there are too few: %d (expected more than %.0f). Lower --val_size."
              .formatted(rows, size));
    }
    // Spark orders signed numbers.
    List<Long> first = keys.map(key -> key ^ Long.MIN_VALUE).takeOrdered((int) size);
    return first.get(first.size() - 1) ^ Long.MIN_VALUE;
  }
}
