package org.sparklora.jobs.tokenize;

import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.sparklora.blend.Blend;
import org.sparklora.blend.BlendCounts;
import org.sparklora.blend.KeyCounts;
import org.sparklora.blend.Portion;
import org.sparklora.blend.RowKey;
import org.sparklora.feature.MixedCorpus;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.TaskEdge;

/**
 * Chooses the rows of a mix: they are counted, and then those at the border are ordered.
 *
 * @param keys of the rows that may be taken
 * @param order of each corpus
 */
record Blending(JavaRDD<RowKey> keys, List<Portion> portions, Blend order) {
  /** What is taken, and the counts of each corpus. */
  record Chosen(Blend blend, List<MixedCorpus> counts) {}

  Chosen choose() {
    try (Described choosing =
        Described.as(keys.context(), "mix %d corpora".formatted(portions.size()))) {
      KeyCounts counts = counts();
      List<Long> rows = each(counts::rows);
      List<Long> wanted = BlendCounts.of(portions, rows);
      Blend.Border border = Blend.border(counts, wanted);
      List<RowKey> atBorder = keys.filter(border::holds).collect();
      return new Chosen(
          Blend.taking(order, counts, wanted, border, atBorder),
          each(i -> new MixedCorpus(portions.get(i).asked(), rows.get(i), wanted.get(i))));
    }
  }

  private KeyCounts counts() {
    int corpora = portions.size();
    KeyCounts counts = KeyCounts.none(corpora);
    for (KeyCounts part :
        keys.mapPartitions(
                TaskEdge.around(
                    (Iterator<RowKey> k) -> List.of(KeyCounts.of(corpora, k)).iterator()))
            .collect()) {
      counts = counts.plus(part);
    }
    return counts;
  }

  private <T> List<T> each(IntFunction<T> corpus) {
    return IntStream.range(0, portions.size()).mapToObj(corpus).toList();
  }
}
