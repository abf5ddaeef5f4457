package org.sparklora.text.encoder;

/** Merges long rows with a linked list of symbols and a heap of (rank, position). */
final class LongWordMerges {
  private static final int KEPT = 1 << 16; // symbols; larger arrays are not kept

  private final MergeTable merges;
  private int[] symbols = new int[0];
  private int[] previous = new int[0];
  private int[] next = new int[0];
  private long[] pairs = new long[0]; // merge of each symbol with the next
  private final LongHeap heap = new LongHeap();

  LongWordMerges(MergeTable merges) {
    this.merges = merges;
  }

  int merge(int[] row, int count) {
    link(row, count);
    while (!heap.isEmpty()) {
      long top = heap.poll();
      int at = (int) top;
      if (pairs[at] >>> 32 == top >>> 32) { // otherwise stale
        join(at);
      }
    }
    return collect(row);
  }

  private void link(int[] row, int count) {
    if (count > previous.length || previous.length > KEPT) {
      previous = new int[2 * count];
      next = new int[2 * count];
      pairs = new long[2 * count];
    }
    symbols = row;
    for (int i = 0; i < count; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < count ? i + 1 : -1;
    }
    heap.clear();
    for (int i = 0; i < count; i++) {
      look(i);
    }
  }

  private void join(int at) {
    int gone = next[at];
    symbols[at] = (int) pairs[at];
    pairs[gone] = MergeTable.NONE;
    next[at] = next[gone];
    if (next[at] >= 0) {
      previous[next[at]] = at;
    }
    if (previous[at] >= 0) {
      look(previous[at]);
    }
    look(at);
  }

  private void look(int at) {
    pairs[at] = next[at] < 0 ? MergeTable.NONE : merges.find(symbols[at], symbols[next[at]]);
    if (pairs[at] != MergeTable.NONE) {
      heap.add(((pairs[at] >>> 32) << 32) | at);
    }
  }

  private int collect(int[] row) {
    int count = 0;
    for (int i = 0; i >= 0; i = next[i]) {
      row[count++] = symbols[i];
    }
    return count;
  }
}
