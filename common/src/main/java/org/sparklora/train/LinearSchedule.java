package org.sparklora.train;

/**
 * Learning rate by number of updates done: linear warm-up from 0, then linear decay to 0 at the
 * run's last step.
 */
record LinearSchedule(double highest, long warmup, long steps) {
  double rate(long updates) {
    if (updates < warmup) {
      return highest * updates / warmup;
    }
    return highest * Math.max(0, steps - updates) / Math.max(1, steps - warmup);
  }
}
