package org.sparklora.train;

import java.io.Serializable;
import java.time.Duration;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;

/**
 * Ranks and how they find each other.
 *
 * @param numRanks 0 for one per executor
 */
public record Cluster(
    int numRanks,
    int minRanks,
    Duration executorWait,
    Duration leaseWait,
    Duration exchangeTimeout,
    TlsChoice exchangeTls)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public Cluster {
    Problems.of("train")
        .notNegative("num_ranks", numRanks, "0 takes one per executor")
        .within(
            minRanks > 0 && (numRanks == 0 || minRanks <= numRanks),
            "min_ranks",
            minRanks,
            "1 to --num_ranks",
            "The default is 1")
        .positive("exchange_timeout", exchangeTimeout, "The default is 60s")
        .failIfAny();
  }

  static Cluster of(Settings flags) {
    return new Cluster(
        flags.whole("num_ranks"),
        flags.whole("min_ranks"),
        flags.duration("executor_wait"),
        flags.duration("lease_wait"),
        flags.duration("exchange_timeout"),
        flags.choice("exchange_tls", TlsChoice.class));
  }
}
