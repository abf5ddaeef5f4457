package org.sparklora.jobs.tokenize;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.sparklora.Failure;
import org.sparklora.feature.PromptClusters;
import org.sparklora.jobs.near.NearClusters;
import org.sparklora.jobs.spark.Described;
import org.sparklora.near.NearText;
import org.sparklora.tokenize.Dedup;
import org.sparklora.tokenize.RowTexts;
import org.sparklora.tokenize.Sides;
import scala.Tuple2;

/**
 * Decides which prompts are held out where a prompt's own hash does not say it: prompts of one
 * cluster are on one side, and a number of rows is reached by as few prompts as it takes.
 *
 * @param size a share, or from 1 on a number of rows
 */
record Splitting(CorpusTexts corpus, Choice choice, double size) {
  /** The sides, and how prompts are clustered; null where they are not. */
  record Split(Sides sides, PromptClusters clusters) {}

  Split split(Dedup dedup) {
    try (Described splitting = Described.as(corpus.session().sparkContext(), "split the prompts")) {
      if (dedup == Dedup.NEAR) {
        return byCluster();
      }
      return new Split(new Sides(false, last(prompts().map(Sides::keyOf)), new long[0]), null);
    }
  }

  /** All rows make clusters, also those that are not taken. */
  private Split byCluster() {
    JavaPairRDD<Long, Long> clusters =
        new NearClusters(Dedup.NEARLY)
            .of(allPrompts().map(NearText::of))
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
        prompts()
            .mapToPair(prompt -> new Tuple2<>(NearText.idOf(prompt), true))
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

  /** The prompts of all rows. */
  private JavaRDD<String> allPrompts() {
    TokenizeSetup setup = corpus.setup();
    return corpus.each(
        () -> {
          RowTexts.Reader reader = setup.reader();
          return seen -> reader.read(seen.example()).flatMap(RowTexts::prompt);
        });
  }

  /** The prompts of the rows that are taken. */
  private JavaRDD<String> prompts() {
    TokenizeSetup setup = corpus.setup();
    Choice taken = choice;
    return corpus.each(
        () -> {
          RowTexts.Reader reader = setup.reader();
          return seen ->
              taken.takes(seen.place(), seen.file(), seen.position(), seen.example())
                  ? reader.read(seen.example()).flatMap(RowTexts::prompt)
                  : Optional.empty();
        });
  }
}
