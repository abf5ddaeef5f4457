package org.sparklora.jobs.tokenize;

import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.sparklora.blend.Blend;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.MixedCorpus;
import org.sparklora.feature.RepeatCounts;
import org.sparklora.near.LeftOut;
import org.sparklora.near.LeftOut.Repeat;
import org.sparklora.tokenize.Dedup;

/**
 * The rows that both tables of a corpus are made of: first repeats are left out, then the mix is
 * chosen, and what is left is split.
 *
 * @param repeats null where none were looked for
 */
record RowChoosing(Choice choice, List<MixedCorpus> mixed, RepeatCounts repeats) {
  static RowChoosing of(CorpusTexts corpus, Dedup dedup) {
    Choice distinct = Choice.ALL;
    RepeatCounts counts = null;
    if (dedup != Dedup.OFF) {
      LeftOut leftOut = new Deduping(corpus, dedup).leftOut();
      counts = new RepeatCounts(leftOut.count(Repeat.EQUAL), leftOut.count(Repeat.NEAR));
      Map<String, Integer> files =
          corpus.plan().isParquet() ? corpus.corpora().fileNumbers() : Map.of();
      distinct =
          new Choice(
              Blend.ALL,
              files,
              JavaSparkContext.fromSparkContext(corpus.session().sparkContext())
                  .broadcast(leftOut));
    }
    Blending.Chosen chosen = new Blending(corpus, distinct).choose();
    return new RowChoosing(distinct.taking(chosen.blend()), chosen.counts(), counts);
  }

  FeatureTableInfo in(FeatureTableInfo info) {
    return info.chosenFrom(mixed, repeats);
  }
}
