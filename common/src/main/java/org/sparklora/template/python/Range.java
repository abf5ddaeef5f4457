package org.sparklora.template.python;

import java.util.AbstractList;
import java.util.RandomAccess;

/** Python's {@code range}: numbers that are not stored. */
public final class Range extends AbstractList<Object> implements RandomAccess {
  /** The sandbox's bound. */
  private static final int MOST = 100_000;

  private final long start;
  private final long stop;
  private final long step;
  private final int size;

  public Range(long start, long stop, long step) {
    if (step == 0) {
      throw Refusal.type("range() arg 3 must not be zero");
    }
    this.start = start;
    this.stop = stop;
    this.step = step;
    double count = Math.ceil(((double) stop - start) / step);
    if (count > MOST) {
      throw Refusal.limit("a range of more than %d numbers".formatted(MOST));
    }
    this.size = (int) Math.max(0, count);
  }

  @Override
  public Object get(int index) {
    return start + index * step;
  }

  @Override
  public int size() {
    return size;
  }

  /** As Python prints it. */
  @Override
  public String toString() {
    return step == 1
        ? "range(%d, %d)".formatted(start, stop)
        : "range(%d, %d, %d)".formatted(start, stop, step);
  }
}
