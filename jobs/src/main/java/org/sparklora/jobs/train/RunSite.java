package org.sparklora.jobs.train;

import org.apache.spark.sql.SparkSession;
import org.sparklora.jobs.spark.RankLayout;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;

/** Where a run happens. */
record RunSite(
    SparkSession session, StorageSettings storage, OutputFolder output, RankLayout layout) {
  Store store() {
    return Store.with(storage);
  }
}
