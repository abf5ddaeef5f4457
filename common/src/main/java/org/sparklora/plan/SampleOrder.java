package org.sparklora.plan;

import java.io.Serializable;

/**
 * The order of an epoch: a one-to-one map between a row's dense index in the table and its place in
 * the epoch, both 0 to n-1. It does not know ranks, so the order is the same for any number of
 * them.
 */
public interface SampleOrder extends Serializable {
  /** Where row {@code index} stands in {@code epoch}. */
  long placeOf(long epoch, long index);

  /** The row that stands at {@code place} of {@code epoch}; undoes {@link #placeOf}. */
  long rowAt(long epoch, long place);

  /** A new pseudo-random order in each epoch, in constant memory. */
  static SampleOrder shuffled(long seed, long rows) {
    return new KeyedPermutation(seed, rows);
  }

  /** The table's own order in each epoch. */
  static SampleOrder file() {
    return new FileOrder();
  }

  /** The table's own order. */
  record FileOrder() implements SampleOrder {
    private static final long serialVersionUID = 1L;

    @Override
    public long placeOf(long epoch, long index) {
      return index;
    }

    @Override
    public long rowAt(long epoch, long place) {
      return place;
    }
  }
}
