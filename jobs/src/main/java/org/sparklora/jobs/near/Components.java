package org.sparklora.jobs.near;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Connected components by turns of large stars and small stars, each a shuffle: every number ends
 * with the smallest of its component. Rounds grow with the logarithm of a component's size.
 */
final class Components {
  /** Far beyond what any corpus needs; more would be an error of ours. */
  private static final int MOST_ROUNDS = 60;

  private Components() {}

  static JavaPairRDD<Long, Long> of(JavaPairRDD<Long, Long> edges) {
    JavaPairRDD<Long, Long> links = kept(edges);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      JavaPairRDD<Long, Long> next = kept(smallStar(largeStar(links)));
      boolean same = next.count() == links.count() && next.subtract(links).isEmpty();
      links.unpersist();
      links = next;
      if (same) {
        return withRoots(links);
      }
    }
    throw new IllegalStateException("components do not come to rest");
  }

  private static JavaPairRDD<Long, Long> kept(JavaPairRDD<Long, Long> links) {
    return links.distinct().persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Each larger neighbour is linked to the smallest of neighbours and itself. */
  private static JavaPairRDD<Long, Long> largeStar(JavaPairRDD<Long, Long> links) {
    return smallest(links.flatMapToPair(e -> List.of(e, e.swap()).iterator()), true);
  }

  /** Each smaller neighbour, and itself, is linked to the smallest of them. */
  private static JavaPairRDD<Long, Long> smallStar(JavaPairRDD<Long, Long> links) {
    return smallest(links.mapToPair(e -> e._1() < e._2() ? e.swap() : e), false);
  }

  private static JavaPairRDD<Long, Long> smallest(
      JavaPairRDD<Long, Long> neighbours, boolean larger) {
    JavaPairRDD<Long, Long> least =
        neighbours
            .reduceByKey(Math::min)
            .mapToPair(e -> new Tuple2<>(e._1(), Math.min(e._1(), e._2())));
    return neighbours
        .join(least)
        .flatMapToPair(e -> links(e._1(), e._2()._1(), e._2()._2(), larger));
  }

  private static Iterator<Tuple2<Long, Long>> links(
      long node, long neighbour, long least, boolean larger) {
    List<Tuple2<Long, Long>> links = new ArrayList<>();
    if (larger ? neighbour > node : neighbour != least) {
      links.add(new Tuple2<>(neighbour, least));
    }
    if (!larger && node != least) {
      links.add(new Tuple2<>(node, least));
    }
    return links.iterator();
  }

  private static JavaPairRDD<Long, Long> withRoots(JavaPairRDD<Long, Long> links) {
    return links.flatMapToPair(e -> List.of(e, new Tuple2<>(e._2(), e._2())).iterator()).distinct();
  }
}
