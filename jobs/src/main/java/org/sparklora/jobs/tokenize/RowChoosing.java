package org.sparklora.jobs.tokenize;

import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
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
  private static final RowChoosing ALL = new RowChoosing(Choice.ALL, List.of(), null, null);

  /** Reads the corpora once where that is needed, and keeps what it has to know of each row. */
  static RowChoosing of(CorpusTexts corpus, RowLook look) {
    if (!look.isNeeded()) {
      return ALL;
    }
    JavaRDD<KnownRow> known = corpus.known(look).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return of(corpus, look, known);
    } finally {
      known.unpersist();
    }
  }

  private static RowChoosing of(CorpusTexts corpus, RowLook look, JavaRDD<KnownRow> known) {
    RepeatCounts repeats = null;
    Choice choice = Choice.ALL;
    if (look.dedup() != Dedup.OFF) {
      LeftOut leftOut = new Deduping(known, look.dedup()).leftOut();
      repeats = new RepeatCounts(leftOut.count(Repeat.EQUAL), leftOut.count(Repeat.NEAR));
      choice = distinct(corpus, leftOut);
    }
    List<MixedCorpus> mixed = List.of();
    if (look.mix() != null) {
      Blending.Chosen chosen =
          new Blending(
                  known.filter(choice::takes).map(KnownRow::mix),
                  corpus.corpora().portions(),
                  look.mix())
              .choose();
      mixed = chosen.counts();
      choice = choice.taking(chosen.blend());
    }
    Splitting.Split split =
        look.splits()
            ? new Splitting(known, known.filter(choice::takes), look.valSize()).split(look.dedup())
            : null;
    return new RowChoosing(choice, mixed, repeats, split);
  }

  private static Choice distinct(CorpusTexts corpus, LeftOut leftOut) {
    Map<String, Integer> files =
        corpus.plan().isParquet() ? corpus.corpora().fileNumbers() : Map.of();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(corpus.session().sparkContext());
    return new Choice(Blend.ALL, files, spark.broadcast(leftOut));
  }

  FeatureTableInfo in(FeatureTableInfo info) {
    return info.chosenFrom(mixed, repeats, split == null ? null : split.clusters());
  }

  HoldOut in(HoldOut part) {
    return split == null ? part : part.by(split.sides());
  }
}
