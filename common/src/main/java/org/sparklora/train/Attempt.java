package org.sparklora.train;

import org.sparklora.collective.AllReduce;

/**
 * One attempt at a segment, on the ranks that train it together; manifests and messages call it a
 * generation.
 */
record Attempt(RunSettings run, Segment segment, AllReduce peers, RankServices services) {
  boolean isRankZero() {
    return peers.rank() == 0;
  }
}
