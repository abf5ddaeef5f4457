package org.sparklora.generation;

/** Random numbers that are a function of their index, not of the numbers drawn before. */
final class CounterRandom {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** Uniform in [0, 1), 53 bits. */
  static double uniform(long seed, long row, long position) {
    long bits = mix(mix(mix(seed + STEP) ^ row) + STEP * (position + 1));
    return (bits >>> 11) * 0x1.0p-53;
  }

  /** The finalizer of SplitMix64: every input bit moves every output bit. */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
