package org.sparklora.export;

/**
 * What rounding to the stored type changed: the largest change, the sum of all, of how many sums.
 */
record Rounding(double largest, double sum, long count) {
  static final Rounding NONE = new Rounding(0, 0, 0);

  Rounding plus(Rounding other) {
    return new Rounding(Math.max(largest, other.largest), sum + other.sum, count + other.count);
  }

  double mean() {
    return count == 0 ? 0 : sum / count;
  }
}
