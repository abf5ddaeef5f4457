package org.sparklora.jobs.tokenize;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.util.CollectionAccumulator;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.feature.ChatCounts;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.TableFolder;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableOrigin;
import org.sparklora.jobs.run.Making;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.run.RunFiles;
import org.sparklora.jobs.spark.Described;
import org.sparklora.tokenize.HoldOut;
import org.sparklora.tokenize.TokenizeConfig;

/** Makes one table of a corpus, or finds that it is there. */
record TableMaking(
    TokenizeSite site, TableSource source, HoldOut part, OutputPlace place, TableFolder table) {
  /** Refuses another table that lies there. */
  void requireSame() {
    table.same(source.origin(part), site.config().format());
  }

  TokenizeResult made(CorpusChoice corpus, Optional<TokenizeResult> heldOut) {
    TableOrigin origin = source.origin(part);
    return new Making<FeatureTableInfo, TokenizeResult>(
            place, table, (info, made) -> new TokenizeResult(place.folder(), info, made, heldOut))
        .run(
            () -> table.same(origin, site.config().format()),
            corpus::plan,
            (plan, run) -> {
              RowChoosing rows = corpus.rows();
              return rows.in(make(plan, setup(rows, origin, run), origin));
            });
  }

  private TokenizeSetup setup(RowChoosing rows, TableOrigin origin, String run) {
    TokenizeConfig config = site.config();
    return new TokenizeSetup(
        source.reading(),
        source.model(),
        origin.codecFingerprint(),
        config.cutPolicy(),
        config.maxSeqLength(),
        table.quarantine(),
        run,
        config.keepBadLines(),
        rows.in(part),
        rows.choice());
  }

  private FeatureTableInfo make(CorpusPlan plan, TokenizeSetup setup, TableOrigin origin) {
    CollectionAccumulator<TaskReport> reports =
        site.session().sparkContext().collectionAccumulator("tokenize");
    RunFiles target = new RunFiles(place.folder(), setup.run());
    List<DataFile> files = written(plan, setup, reports, target);
    TaskReport all = TaskReport.sum(reports.value());
    table.keepQuarantined(quarantined(reports.value()));
    new TableCheck(site, table, part).check(all, files);
    TableFormat format = site.config().format();
    if (plan.isParquet() && format == TableFormat.PARQUET) {
      new WrittenRows(site.session(), site.storage(), target.folder())
          .check(files, all.counters().content());
    }
    return FeatureTableInfo.of(
        format,
        origin,
        files,
        all.counters().counts(),
        all.counters().lengths(),
        setup.reading().isPlain() ? null : new ChatCounts(all.tally(), all.reasons().counts()));
  }

  private List<DataFile> written(
      CorpusPlan plan,
      TokenizeSetup setup,
      CollectionAccumulator<TaskReport> reports,
      RunFiles target) {
    CorpusFeatures features = new CorpusFeatures(site.session(), setup, reports);
    TableWriter writer =
        new TableWriter(
            site.session(),
            site.storage(),
            target,
            site.config().format(),
            setup.reading().columns());
    List<String> uris = source.corpora().uris();
    try (Described writing =
        Described.ofBytes(
            site.session().sparkContext(),
            plan.bytes(),
            uris.size() == 1 ? "tokenize 1 file" : "tokenize %d files".formatted(uris.size()))) {
      return plan.isParquet()
          ? writer.write(features.ofParquet(uris))
          : writer.write(features.ofText(plan.parts()));
    }
  }

  /** The files of the attempts that succeeded. */
  private static Set<String> quarantined(List<TaskReport> reports) {
    return reports.stream().map(TaskReport::quarantineFile).collect(Collectors.toSet());
  }
}
