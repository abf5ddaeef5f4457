package org.sparklora.text.encoder;

import java.util.Arrays;
import java.util.List;

/** A double-array trie over byte strings that contain no zero bytes. */
public final class ByteTrie {
  public static final int ROOT = 0;
  public static final int NO_NODE = -1;

  private int[] units = new int[2 * 1024]; // base, parent + 1, base, parent + 1, …
  private int[] values = new int[1024]; // value + 1
  private int firstFree = 1;

  private final List<byte[]> keys; // sorted, distinct, not empty

  private ByteTrie(List<byte[]> keys) {
    this.keys = keys;
  }

  /** A trie that maps each key to its index in {@code keys}, which are sorted and distinct. */
  public static ByteTrie of(List<byte[]> keys) {
    ByteTrie trie = new ByteTrie(keys);
    trie.units[1] = -1; // the root is taken and has no parent
    trie.insert(ROOT, 0, keys.size(), 0);
    return trie;
  }

  public int next(int node, byte label) {
    int child = units[2 * node] + (label & 0xff);
    return units[2 * child + 1] == node + 1 ? child : NO_NODE;
  }

  /** The index of the key that ends at this node, or −1. */
  public int key(int node) {
    return values[node] - 1;
  }

  /** The longest key at {@code from}: its length << 32 | its index, or 0. */
  public long longest(byte[] text, int from, int to) {
    long longest = 0;
    int node = ROOT;
    for (int at = from; at < to; at++) {
      node = next(node, text[at]);
      if (node == NO_NODE) {
        break;
      }
      if (key(node) >= 0) {
        longest = ((long) (at + 1 - from) << 32) | key(node);
      }
    }
    return longest;
  }

  private void insert(int node, int from, int to, int depth) {
    int start = from;
    if (start < to && keys.get(start).length == depth) {
      values[node] = ++start;
    }
    if (start == to) {
      return;
    }
    int[] starts = groups(start, to, depth);
    int base = freeBase(starts, depth);
    units[2 * node] = base;
    for (int i = 0; i + 1 < starts.length; i++) {
      units[2 * (base + label(starts[i], depth)) + 1] = node + 1;
    }
    for (int i = 0; i + 1 < starts.length; i++) {
      insert(base + label(starts[i], depth), starts[i], starts[i + 1], depth + 1);
    }
  }

  /** Where the keys' next byte changes, including both ends. */
  private int[] groups(int from, int to, int depth) {
    int[] starts = new int[257];
    int count = 0;
    for (int i = from; i < to; i++) {
      if (i == from || label(i, depth) != label(i - 1, depth)) {
        starts[count++] = i;
      }
    }
    starts[count++] = to;
    return Arrays.copyOf(starts, count);
  }

  private int freeBase(int[] starts, int depth) {
    while (isTaken(firstFree)) {
      firstFree++;
    }
    int first = label(starts[0], depth);
    int base = Math.max(0, firstFree - first);
    while (!fits(base, starts, depth)) {
      base++;
    }
    if (base - firstFree > 4096) {
      firstFree = base; // skip the crowded part from now on
    }
    return base;
  }

  private boolean fits(int base, int[] starts, int depth) {
    ensure(base + 256);
    for (int i = 0; i + 1 < starts.length; i++) {
      if (isTaken(base + label(starts[i], depth))) {
        return false;
      }
    }
    return true;
  }

  private boolean isTaken(int node) {
    ensure(node);
    return units[2 * node + 1] != 0;
  }

  private void ensure(int node) {
    if (node >= values.length) {
      int nodes = Math.max(node + 1, values.length + values.length / 2);
      values = Arrays.copyOf(values, nodes);
      units = Arrays.copyOf(units, 2 * nodes);
    }
  }

  private int label(int key, int depth) {
    return keys.get(key)[depth] & 0xff;
  }
}
