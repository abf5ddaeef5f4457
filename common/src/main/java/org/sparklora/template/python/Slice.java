package org.sparklora.template.python;

import java.util.function.IntConsumer;

/**
 * Python's {@code start:stop:step}, fitted to a length.
 *
 * @param stop the first index that is not taken; −1 when a slice backwards takes the first item
 */
record Slice(int start, int stop, int step) {
  static Slice of(Object start, Object stop, Object step, int length) {
    long by = step == null ? 1 : Numbers.index(step);
    if (by == 0) {
      throw Refusal.type("slice step cannot be zero");
    }
    int lowest = by < 0 ? -1 : 0;
    int highest = by < 0 ? length - 1 : length;
    int from = start == null ? (by < 0 ? highest : lowest) : fit(start, length, lowest, highest);
    int to = stop == null ? (by < 0 ? lowest : highest) : fit(stop, length, lowest, highest);
    return new Slice(from, to, (int) Math.max(-length - 1L, Math.min(length + 1L, by)));
  }

  private static int fit(Object bound, int length, int lowest, int highest) {
    long index = Numbers.index(bound);
    long place = index < 0 ? index + length : index;
    return (int) Math.max(lowest, Math.min(highest, place));
  }

  void each(IntConsumer use) {
    for (int i = start; step > 0 ? i < stop : i > stop; i += step) {
      use.accept(i);
    }
  }
}
