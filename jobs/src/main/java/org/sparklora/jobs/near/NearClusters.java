package org.sparklora.jobs.near;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.near.Bucket;
import org.sparklora.near.MinHash;
import org.sparklora.near.NearText;
import scala.Tuple2;

/**
 * Clusters of nearly equal texts: those that share a MinHash key are compared, and whatever hangs
 * together is one cluster. Which texts there are decides, not their order nor their partitions.
 */
public record NearClusters(double threshold) {

  /** Of each text that is near another its id, and the smallest id of its cluster. */
  public JavaPairRDD<Long, Long> of(JavaRDD<NearText> texts) {
    JavaRDD<NearText> distinct =
        texts.mapToPair(text -> new Tuple2<>(text.id(), text)).reduceByKey((a, b) -> a).values();
    return Components.of(edges(distinct));
  }

  /** Pairs of ids of texts that are near each other. */
  private JavaPairRDD<Long, Long> edges(JavaRDD<NearText> texts) {
    int parts = Math.max(1, texts.getNumPartitions());
    return texts
        .flatMapToPair(
            text -> {
              List<Tuple2<BandEntry, NearText>> entries = new ArrayList<>();
              for (long key : MinHash.keys(text)) {
                entries.add(new Tuple2<>(new BandEntry(key, text.id()), text));
              }
              return entries.iterator();
            })
        .repartitionAndSortWithinPartitions(new GroupPartitioner(parts))
        .mapPartitionsToPair(TaskEdge.aroundPairs(new NearPairs(threshold)))
        .distinct();
  }

  /** Streams buckets, which come one after another. */
  private record NearPairs(double threshold)
      implements PairFlatMapFunction<Iterator<Tuple2<BandEntry, NearText>>, Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Tuple2<Long, Long>> call(Iterator<Tuple2<BandEntry, NearText>> entries) {
      return new PairIterator(threshold, entries);
    }
  }

  private static final class PairIterator implements Iterator<Tuple2<Long, Long>> {
    private final double threshold;
    private final Iterator<Tuple2<BandEntry, NearText>> entries;
    private Iterator<Tuple2<Long, Long>> ahead = List.<Tuple2<Long, Long>>of().iterator();
    private Bucket bucket;
    private long band;

    PairIterator(double threshold, Iterator<Tuple2<BandEntry, NearText>> entries) {
      this.threshold = threshold;
      this.entries = entries;
    }

    @Override
    public boolean hasNext() {
      while (!ahead.hasNext() && entries.hasNext()) {
        Tuple2<BandEntry, NearText> entry = entries.next();
        if (bucket == null || entry._1().band() != band) {
          band = entry._1().band();
          bucket = new Bucket(threshold);
        }
        long id = entry._2().id();
        ahead = bucket.add(entry._2()).stream().map(other -> new Tuple2<>(id, other)).iterator();
      }
      return ahead.hasNext();
    }

    @Override
    public Tuple2<Long, Long> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ahead.next();
    }
  }
}
