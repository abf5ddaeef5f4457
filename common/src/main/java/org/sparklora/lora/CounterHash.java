package org.sparklora.lora;

/** Random numbers as a function of their purpose: the same on every rank and when recomputed. */
final class CounterHash {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private CounterHash() {}

  /** 64 bits from the seed and the counter. */
  static long bits(long seed, long... counter) {
    long hash = mix(seed + STEP);
    for (long part : counter) {
      hash = mix(hash ^ mix(part * STEP + 1));
    }
    return hash;
  }

  /** Uniform in [0, 1). */
  static double uniform(long seed, long... counter) {
    return (bits(seed, counter) >>> 11) * 0x1.0p-53;
  }

  /** An odd number of 32 bits, so that a product with it loses nothing. */
  static int oddKey(long seed, long... counter) {
    return (int) (bits(seed, counter) >>> 32) | 1;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
