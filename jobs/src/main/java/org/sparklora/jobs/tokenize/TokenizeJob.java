package org.sparklora.jobs.tokenize;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.sparklora.feature.TableFolder;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.spark.FailedTasks;
import org.sparklora.storage.LeaseClaim;
import org.sparklora.tokenize.HoldOut;
import org.sparklora.tokenize.HoldOut.Side;
import org.sparklora.tokenize.TokenizeConfig;

/** Turns an instruction corpus into a feature table, or into two. */
public final class TokenizeJob {
  private final TokenizeSite site;
  private final TokenizeConfig config;

  private TokenizeJob(TokenizeSite site) {
    this.site = site;
    this.config = site.config();
  }

  /** Makes the table, or does nothing where the same one lies already. */
  public static TokenizeResult run(SparkSession session, TokenizeConfig config) {
    FailedTasks.hear(session.sparkContext());
    return new TokenizeJob(TokenizeSite.of(session, config)).run();
  }

  private TokenizeResult run() {
    OutputPlace place = site.place(part(Side.TRAINED));
    TableFolder table = table(place);
    return place.ending("tokenize", table::isOurs, () -> run(place, table));
  }

  private TokenizeResult run(OutputPlace place, TableFolder table) {
    TableSource source = TableSource.find(site, place);
    source
        .corpora()
        .apartFrom(new OutputPlace(site.store(), table.quarantine(), LeaseClaim.of("--save_name")));
    CorpusChoice corpus = new CorpusChoice(site, source);
    TableMaking trained = new TableMaking(site, source, part(Side.TRAINED), place, table);
    return trained.made(
        corpus, config.valSize() == 0 ? Optional.empty() : Optional.of(heldOut(trained, corpus)));
  }

  /** The other table is made first, so that it is there when the one that training takes is. */
  private TokenizeResult heldOut(TableMaking trained, CorpusChoice corpus) {
    trained.requireSame();
    TableSource source = trained.source();
    OutputPlace place = site.place(part(Side.HELD_OUT));
    source.corpora().apartFrom(place);
    return new TableMaking(site, source, part(Side.HELD_OUT), place, table(place))
        .made(corpus, Optional.empty());
  }

  private HoldOut part(Side side) {
    return new HoldOut(config.valSize(), side);
  }

  private TableFolder table(OutputPlace place) {
    return config.overwrite()
        ? TableFolder.overwriting(site.store(), place.folder())
        : TableFolder.at(site.store(), place.folder());
  }
}
