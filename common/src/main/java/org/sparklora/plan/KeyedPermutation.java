package org.sparklora.plan;

/**
 * A permutation of 0..rows-1 per epoch from a key: four Feistel rounds over the next even power of
 * two, walked until the value is in range (fewer than four steps on average).
 */
record KeyedPermutation(long seed, long rows) implements SampleOrder {
  private static final long serialVersionUID = 1L;
  private static final int ROUNDS = 4;

  KeyedPermutation {
    if (rows < 1) {
      throw new IllegalArgumentException("an order needs rows: " + rows);
    }
  }

  @Override
  public long placeOf(long epoch, long index) {
    long value = index;
    do {
      value = forward(epoch, value);
    } while (value >= rows);
    return value;
  }

  @Override
  public long rowAt(long epoch, long place) {
    long value = place;
    do {
      value = backward(epoch, value);
    } while (value >= rows);
    return value;
  }

  private long forward(long epoch, long value) {
    int half = halfBits();
    long mask = (1L << half) - 1;
    long left = value >>> half;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (mixed(epoch, round, right) & mask);
      left = right;
      right = next;
    }
    return left << half | right;
  }

  private long backward(long epoch, long value) {
    int half = halfBits();
    long mask = (1L << half) - 1;
    long left = value >>> half;
    long right = value & mask;
    for (int round = ROUNDS - 1; round >= 0; round--) {
      long before = right ^ (mixed(epoch, round, left) & mask);
      right = left;
      left = before;
    }
    return left << half | right;
  }

  /** Half of the bits of the domain, so that 2^(2·half) ≥ rows. */
  private int halfBits() {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(rows - 1);
    return Math.max(1, (bits + 1) / 2);
  }

  private long mixed(long epoch, int round, long value) {
    return mix(mix(mix(seed) + epoch * ROUNDS + round) + value);
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
