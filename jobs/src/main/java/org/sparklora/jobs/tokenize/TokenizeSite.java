package org.sparklora.jobs.tokenize;

import org.apache.spark.sql.SparkSession;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.tokenize.HoldOut;
import org.sparklora.tokenize.TokenizeConfig;

/** Where a job works, and what it is asked. */
record TokenizeSite(
    SparkSession session,
    TokenizeConfig config,
    StorageSettings storage,
    Store store,
    NamedPaths paths) {
  static TokenizeSite of(SparkSession session, TokenizeConfig config) {
    StorageSettings storage = SparkStorage.settings(session);
    return new TokenizeSite(session, config, storage, Store.with(storage), NamedPaths.of(session));
  }

  /** Where a table of the corpus is made. */
  OutputPlace place(HoldOut part) {
    String folder = part.folder(paths.table(config.saveName()));
    return new OutputPlace(
        store, folder, OutputPlace.claim(session, "--save_name", config.leaseWait()));
  }
}
