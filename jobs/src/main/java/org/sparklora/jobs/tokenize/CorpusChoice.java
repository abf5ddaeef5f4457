package org.sparklora.jobs.tokenize;

import java.util.List;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.ParquetCorpus;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;
import org.sparklora.tokenize.TokenizeConfig;

/**
 * How the corpora are read and which of their rows are taken. Both are found out when the first
 * table needs them, and then are the same for the other.
 */
final class CorpusChoice {
  private static final int TASKS_PER_CORE = 3;

  private final TokenizeSite site;
  private final TableSource source;
  private CorpusPlan plan;
  private RowChoosing rows;

  CorpusChoice(TokenizeSite site, TableSource source) {
    this.site = site;
    this.source = source;
  }

  CorpusPlan plan() {
    plan = plan == null ? planned() : plan;
    return plan;
  }

  RowChoosing rows() {
    rows = rows == null ? chosen() : rows;
    return rows;
  }

  private RowChoosing chosen() {
    return RowChoosing.of(new CorpusTexts(site.session(), source.corpora(), plan()), source.look());
  }

  /** Refuses Parquet that cannot be read. */
  private CorpusPlan planned() {
    Store store = site.store();
    TokenizeConfig config = site.config();
    List<StoredFile> files = source.corpora().files();
    int tasks = site.session().sparkContext().defaultParallelism() * TASKS_PER_CORE;
    CorpusPlan found = CorpusPlan.of(store, files, tasks, config.encoding());
    if (found.isParquet() && config.isPlain()) {
      ParquetCorpus.check(store, files, new ExampleParser(config.promptKey(), config.targetKey()));
    } else if (found.isParquet()) {
      ParquetCorpus.check(store, files, source.reading().chat().shape().keys());
    }
    return found;
  }
}
