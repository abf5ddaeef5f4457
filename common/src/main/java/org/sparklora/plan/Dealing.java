package org.sparklora.plan;

import java.util.Arrays;

/**
 * Deals the rows of one step to ranks so that all have about the same number of tokens: longest row
 * first to the rank with the fewest tokens, then exchanges between the fullest and the emptiest
 * rank while they help. A pure function of the lengths in slot order.
 */
final class Dealing {
  /** The most exchanges tried; each narrows the gap, so few are ever needed. */
  private static final int MOST_EXCHANGES = 64;

  /**
   * A gap between fullest and emptiest, relative to the mean, that is not worth another exchange.
   */
  private static final double GOOD_GAP = 0.005;

  private final int[] lengths;
  private final int[] rankOf;
  private final long[] load;

  private Dealing(int[] lengths, int ranks) {
    this.lengths = lengths;
    this.rankOf = new int[lengths.length];
    this.load = new long[ranks];
  }

  /** The rank of each slot. */
  static int[] byLength(int[] lengths, int ranks) {
    Dealing dealing = new Dealing(lengths, ranks);
    dealing.longestFirst();
    for (int i = 0; i < MOST_EXCHANGES && ranks > 1; i++) {
      if (!dealing.exchangeOnce()) {
        break;
      }
    }
    return dealing.rankOf;
  }

  /** As {@link #byLength}, without exchanges: for many rows at once, which need none. */
  static int[] longestFirst(int[] lengths, int ranks) {
    Dealing dealing = new Dealing(lengths, ranks);
    dealing.longestFirst();
    return dealing.rankOf;
  }

  /** The rank of a slot when lengths are not known. */
  static int bySlot(int slot, int ranks) {
    return slot % ranks;
  }

  private void longestFirst() {
    long[] keys = new long[lengths.length];
    for (int slot = 0; slot < keys.length; slot++) {
      // ascending keys: longest first, then by slot
      keys[slot] = (long) (Integer.MAX_VALUE - lengths[slot]) << 32 | slot;
    }
    Arrays.sort(keys);
    for (long key : keys) {
      int slot = (int) key;
      int rank = emptiest();
      rankOf[slot] = rank;
      load[rank] += lengths[slot];
    }
  }

  /** Moves or swaps rows between the fullest and the emptiest rank where that narrows the gap. */
  private boolean exchangeOnce() {
    int full = fullest();
    int empty = emptiest();
    long gap = load[full] - load[empty];
    if (gap <= GOOD_GAP * Arrays.stream(load).sum() / load.length) {
      return false;
    }
    long best = gap;
    int bestGiven = -1;
    int bestTaken = -1;
    for (int given = 0; given < lengths.length; given++) {
      if (rankOf[given] != full) {
        continue;
      }
      for (int taken = -1; taken < lengths.length; taken++) {
        if (taken >= 0 && rankOf[taken] != empty) {
          continue;
        }
        long moved = (long) lengths[given] - (taken < 0 ? 0 : lengths[taken]);
        long after = Math.abs(gap - 2 * moved);
        if (after < best) {
          best = after;
          bestGiven = given;
          bestTaken = taken;
        }
      }
    }
    if (bestGiven < 0) {
      return false;
    }
    move(bestGiven, full, empty);
    if (bestTaken >= 0) {
      move(bestTaken, empty, full);
    }
    return true;
  }

  private void move(int slot, int from, int to) {
    rankOf[slot] = to;
    load[from] -= lengths[slot];
    load[to] += lengths[slot];
  }

  private int emptiest() {
    int best = 0;
    for (int rank = 1; rank < load.length; rank++) {
      best = load[rank] < load[best] ? rank : best;
    }
    return best;
  }

  private int fullest() {
    int best = 0;
    for (int rank = 1; rank < load.length; rank++) {
      best = load[rank] > load[best] ? rank : best;
    }
    return best;
  }
}
