package org.sparklora.train;

import org.sparklora.collective.AllReduce;

/** A segment on the ranks that train it together. */
record Generation(RunSettings run, Segment segment, AllReduce peers, RankServices services) {
  boolean isRankZero() {
    return peers.rank() == 0;
  }
}
