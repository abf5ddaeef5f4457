package org.sparklora.collective;

/** One rank among all ranks of its generation. */
record RankOf(int rank, int ranks) {
  RankOf {
    if (ranks < 1 || rank < 0 || rank >= ranks) {
      throw new IllegalArgumentException(
          "Cannot join the exchange, the rank is out of range: %d of %d (expected 0 to ranks - 1)."
              .formatted(rank, ranks));
    }
  }
}
