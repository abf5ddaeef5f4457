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
import org.sparklora.tokenize.HoldOut;

/**
 * The rows that both tables of a corpus are made of: first repeats are left out, then the mix is
 * chosen, and what is left is split.
 *
 * @param repeats null where none were looked for
 * @param split null where each prompt alone says its side
 */
record RowChoosing(
    Choice choice, List<MixedCorpus> mixed, RepeatCounts repeats, Splitting.Split split) {
  static RowChoosing of(CorpusTexts corpus, Dedup dedup, double valSize) {
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
    Choice choice = distinct.taking(chosen.blend());
    boolean looks = valSize >= 1 || (valSize > 0 && dedup == Dedup.NEAR);
    Splitting.Split split = looks ? new Splitting(corpus, choice, valSize).split(dedup) : null;
    return new RowChoosing(choice, chosen.counts(), counts, split);
  }

  FeatureTableInfo in(FeatureTableInfo info) {
    return info.chosenFrom(mixed, repeats, split == null ? null : split.clusters());
  }

  TokenizeSetup in(TokenizeSetup setup) {
    HoldOut part = setup.holdOut();
    return setup.taking(choice, split == null ? part : part.by(split.sides()));
  }
}
