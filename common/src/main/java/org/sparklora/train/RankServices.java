package org.sparklora.train;

import org.sparklora.storage.Store;

/**
 * What a rank has around it.
 *
 * @param progress told how far it is, on rank 0 only
 */
public record RankServices(RankSetup setup, Orders orders, Progress progress) {
  Store store() {
    return setup.store();
  }

  /** The run's output folder; only rank 0 writes there. */
  String outputDir() {
    return setup.outputDir();
  }
}
