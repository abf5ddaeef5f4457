package org.sparklora.text.encoder;

import java.util.Arrays;

/** A reusable, growable buffer of token ids. */
public final class IdBuffer {
  private static final int KEPT = 1 << 18; // ids; larger arrays are not kept

  private int[] ids = new int[1024];
  private int size;

  public void clear() {
    size = 0;
    if (ids.length > KEPT) {
      ids = new int[1024];
    }
  }

  public int size() {
    return size;
  }

  public int id(int index) {
    return ids[index];
  }

  public int[] toArray() {
    return Arrays.copyOf(ids, size);
  }

  public void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = id;
  }

  public boolean endsWith(int id) {
    return size > 0 && ids[size - 1] == id;
  }

  /** Adds {@code count} ids from {@code packed}, two per long, starting at {@code from}. */
  void addPacked(long[] packed, int from, int count) {
    if (size + count + 1 > ids.length) {
      ids = Arrays.copyOf(ids, 2 * (size + count + 1));
    }
    int to = size;
    for (int i = from; to < size + count; i++) {
      ids[to++] = (int) packed[i];
      ids[to++] = (int) (packed[i] >>> 32);
    }
    size += count;
  }
}
