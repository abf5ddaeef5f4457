package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;

/**
 * Keys and values that layers of one kind keep of each row, (rows, groups, capacity, size) each: of
 * all its tokens, or of those that a window may still reach, moved to the left end now and then.
 */
final class KeptTokens {
  private static final int GROWTH = 64;

  private final Attention spec;
  private final int window;
  private final Room room;
  private final Kernels kernels;
  private final NDManager owner;
  private final Map<Integer, NDArray[]> byLayer = new HashMap<>();
  private final int[] firsts;
  private int capacity;
  private int firstPrompt;

  /** The layers, the most rows at once, and the type of keys and values. */
  record Room(List<Integer> layers, int rows, NumberType type) {}

  /** With a window of 0 everything is kept. */
  KeptTokens(Attention spec, int window, Room room, Kernels kernels, NDManager owner) {
    this.spec = spec;
    this.window = window;
    this.room = room;
    this.kernels = kernels;
    this.owner = owner;
    this.firsts = new int[room.rows()];
  }

  /** How many tokens of a row there is room for. */
  int capacity() {
    return capacity;
  }

  NDArray keys(int layer) {
    return byLayer.get(layer)[0];
  }

  NDArray values(int layer) {
    return byLayer.get(layer)[1];
  }

  /** Makes room for prompts as the rows from {@code firstRow} on, and first tokens of answers. */
  void beginPrompts(int firstRow, int[] lengths) {
    firstPrompt = firstRow;
    int longest = 0;
    for (int i = 0; i < lengths.length; i++) {
      int kept = Math.min(lengths[i], most());
      firsts[firstRow + i] = lengths[i] - kept;
      longest = Math.max(longest, kept);
    }
    if (byLayer.isEmpty()) {
      capacity = roundUp(longest + GROWTH);
      room.layers().forEach(layer -> byLayer.put(layer, new NDArray[] {zeros(), zeros()}));
    }
    reach(longest);
  }

  /** Stores the keys and values of prompts. */
  void fill(int layer, NDArray[] qkv, Pass pass) {
    long[] starts = pass.rows().starts();
    pass.run("fill_cache_", keys(layer), qkv[1], firstPrompt, starts, most());
    pass.run("fill_cache_", values(layer), qkv[2], firstPrompt, starts, most());
  }

  /**
   * Makes room for {@code counts} more tokens of rows that have {@code lengths} so far.
   *
   * @return how many tokens of each row are kept
   */
  int[] beginStep(int[] lengths, int[] counts) {
    int[] kept = IntStream.range(0, counts.length).map(i -> lengths[i] - firsts[i]).toArray();
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] + counts[i] > Math.max(capacity, slackEnd()) && kept[i] > most()) {
        moveLeft(i, kept[i] - most());
        kept[i] = most();
      }
    }
    reach(IntStream.range(0, kept.length).map(i -> kept[i] + counts[i]).max().orElse(0));
    return kept;
  }

  /** Keeps these rows only, in this order; they have {@code longest} tokens at most. */
  void keep(int[] rows, int longest) {
    long[] to = IntStream.range(0, rows.length).filter(i -> rows[i] != i).asLongStream().toArray();
    if (to.length > 0) {
      long[] from = LongStream.of(to).map(i -> rows[(int) i]).toArray();
      int tokens = Math.min(longest, capacity);
      byLayer.values().stream()
          .flatMap(Arrays::stream)
          .forEach(cache -> kernels.run("move_rows_", cache, from, to, tokens));
      int[] kept = Arrays.stream(rows).map(row -> firsts[row]).toArray();
      System.arraycopy(kept, 0, firsts, 0, kept.length);
    }
  }

  /** Whether all that the token behind the first {@code tokens} sees of the first row is kept. */
  boolean reaches(int tokens) {
    return firsts[0] <= Math.max(0, tokens + 1 - most());
  }

  /** What a window needs of a row before its next token, or everything. */
  private int most() {
    return window > 0 ? window : Integer.MAX_VALUE;
  }

  /** How far a row with a window may grow before it is moved: a few of its tokens at once. */
  private int slackEnd() {
    return window > 0 ? roundUp(window + Math.max(GROWTH, window / 4)) : Integer.MAX_VALUE;
  }

  private void moveLeft(int row, int tokens) {
    byLayer.values().stream()
        .flatMap(Arrays::stream)
        .forEach(cache -> kernels.run("move_left_", cache, row, tokens, most()));
    firsts[row] += tokens;
  }

  /** Makes sure that this many tokens fit. */
  private void reach(int tokens) {
    if (tokens > capacity) {
      int grown = roundUp(tokens + tokens / 4);
      capacity = Math.max(roundUp(tokens), Math.min(grown, slackEnd()));
      byLayer.values().forEach(caches -> Arrays.setAll(caches, i -> widened(caches[i])));
    }
  }

  private NDArray widened(NDArray cache) {
    try (cache) {
      return kernels.tensor(owner, "widen_cache", cache, capacity);
    }
  }

  private NDArray zeros() {
    long[] shape = {room.rows(), spec.groups(), capacity, spec.headSize()};
    try (NDArray onDevice = owner.create(0)) {
      return kernels.tensor(owner, "zeros", onDevice, shape, room.type().code());
    }
  }

  private static int roundUp(int tokens) {
    return (tokens + GROWTH - 1) / GROWTH * GROWTH;
  }
}
