package org.sparklora.train;

import java.util.function.Consumer;
import org.sparklora.storage.Store;

/**
 * What a rank has around it.
 *
 * @param progress told of each step, on rank 0 only
 */
public record RankServices(RankSetup setup, Orders orders, Consumer<StepReport> progress) {
  Store store() {
    return setup.store();
  }

  /** The run's output folder; only rank 0 writes there. */
  String outputDir() {
    return setup.outputDir();
  }
}
