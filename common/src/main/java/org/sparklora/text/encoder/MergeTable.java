package org.sparklora.text.encoder;

import java.util.Arrays;

/** A hash table of merges, (left, right) → (rank, merged), without boxing. */
public final class MergeTable {
  static final long NONE = Long.MAX_VALUE;
  private static final long FREE = -1;

  private int size;
  private long[] table; // key, value, key, value, …
  private int shift;

  public MergeTable(int expected) {
    allocate(Math.max(16, expected));
  }

  /** The merge of two symbols as {@code rank << 32 | merged}, or {@link #NONE}. */
  long find(int left, int right) {
    long key = ((long) left << 32) | right;
    for (int at = slot(key); ; at = (at + 2) & (table.length - 1)) {
      if (table[at] == key) {
        return table[at + 1];
      }
      if (table[at] == FREE) {
        return NONE;
      }
    }
  }

  public void put(int left, int right, int rank, int merged) {
    if (4 * size >= table.length) {
      grow();
    }
    insert(((long) left << 32) | right, ((long) rank << 32) | merged);
  }

  private void insert(long key, long value) {
    int at = slot(key);
    while (table[at] != FREE && table[at] != key) {
      at = (at + 2) & (table.length - 1);
    }
    size += table[at] == FREE ? 1 : 0;
    table[at] = key;
    table[at + 1] = value;
  }

  private void grow() {
    long[] old = table;
    allocate(old.length / 4);
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != FREE) {
        insert(old[i], old[i + 1]);
      }
    }
  }

  private void allocate(int entries) {
    int bits = 33 - Integer.numberOfLeadingZeros(entries); // 2 to 4 slots per entry
    table = new long[2 << bits];
    Arrays.fill(table, FREE);
    shift = 64 - bits;
    size = 0;
  }

  private int slot(long key) {
    return (int) ((key * 0x9e3779b97f4a7c15L) >>> shift) << 1;
  }
}
