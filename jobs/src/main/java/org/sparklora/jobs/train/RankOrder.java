package org.sparklora.jobs.train;

import java.io.Serializable;
import org.sparklora.collective.ExchangeConfig;
import org.sparklora.storage.StorageSettings;
import org.sparklora.train.RunSettings;
import org.sparklora.train.Segment;

/**
 * The values that the ranks of one generation need.
 *
 * @param previousAdapter folder of an adapter to start the run from, or empty
 * @param threads CPU threads of each rank
 * @param endpoint name of the driver's endpoint
 */
record RankOrder(
    RunSettings run,
    Segment segment,
    StorageSettings storage,
    String outputDir,
    String baseFolder,
    String previousAdapter,
    ExchangeConfig exchange,
    int threads,
    String endpoint)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
