package org.sparklora.jobs.tokenize;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.sparklora.blend.Blend;
import org.sparklora.blend.BlendCounts;
import org.sparklora.blend.KeyCounts;
import org.sparklora.blend.RowKey;
import org.sparklora.feature.MixedCorpus;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.TaskEdge;

/** Chooses the rows of a mix: the corpora are read once to count, and once at the border. */
record Blending(CorpusTexts corpus, Choice choice) {
  /** What is taken, and the counts of each corpus. */
  record Chosen(Blend blend, List<MixedCorpus> counts) {}

  Chosen choose() {
    Corpora corpora = corpus.corpora();
    if (!corpora.isMix()) {
      return new Chosen(Blend.ALL, List.of());
    }
    try (Described choosing =
        Described.as(
            corpus.session().sparkContext(),
            "mix %d corpora".formatted(corpora.portions().size()))) {
      return chosen(corpora, corpora.blend());
    }
  }

  private Chosen chosen(Corpora corpora, Blend blend) {
    int n = corpora.portions().size();
    JavaRDD<RowKey> keys = keys(blend);
    KeyCounts counts = KeyCounts.none(n);
    for (KeyCounts part :
        keys.mapPartitions(
                TaskEdge.around((Iterator<RowKey> k) -> List.of(KeyCounts.of(n, k)).iterator()))
            .collect()) {
      counts = counts.plus(part);
    }
    List<Long> rows = IntStream.range(0, n).mapToObj(counts::rows).toList();
    List<Long> wanted = BlendCounts.of(corpora.portions(), rows);
    Blend.Border border = Blend.border(counts, wanted);
    List<RowKey> atBorder = keys.filter(border::holds).collect();
    return new Chosen(
        Blend.taking(blend, counts, wanted, border, atBorder),
        IntStream.range(0, n)
            .mapToObj(
                i -> new MixedCorpus(corpora.portions().get(i).asked(), rows.get(i), wanted.get(i)))
            .toList());
  }

  /** Repeats are no rows of a mix. */
  private JavaRDD<RowKey> keys(Blend blend) {
    Choice distinct = choice;
    return corpus.each(
        () ->
            seen ->
                distinct.repeat(seen.place()).isPresent()
                    ? Optional.empty()
                    : Optional.of(
                        blend.key(
                            seen.file(),
                            seen.position(),
                            seen.example().prompt(),
                            seen.example().target())));
  }
}
