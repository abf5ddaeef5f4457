package org.sparklora.collective;

/** This rank's place among the ranks of its generation. */
record Seat(int rank, int ranks) {
  Seat {
    if (ranks < 1 || rank < 0 || rank >= ranks) {
      throw new IllegalArgumentException(
          "Cannot join the exchange, the rank is out of range: %d of %d (expected 0 to ranks - 1)."
              .formatted(rank, ranks));
    }
  }
}
