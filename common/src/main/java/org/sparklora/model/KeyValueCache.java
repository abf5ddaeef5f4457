package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.Window;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;

/**
 * Keys and values of the tokens that a batch of rows has seen, per layer (rows, groups, capacity,
 * size), each row from its left end. Grows as the rows do; rows that leave make room for others.
 */
final class KeyValueCache implements AutoCloseable {
  private static final int GROWTH = 64;

  /** Rows are computed together until padding costs more memory traffic than another call. */
  private static final long MOST_PADDING = 128 << 10;

  private final Attention spec;
  private final Window window;
  private final Room room;
  private final Kernels kernels;
  private final NDManager owner;
  private final List<NDArray> keys = new ArrayList<>();
  private final List<NDArray> values = new ArrayList<>();
  private int capacity;
  private int firstPrompt;
  private CacheView.Step step;
  private CacheView.Step windowStep;

  /** The number of layers, the most rows at once, and the type of keys and values. */
  record Room(int layers, int rows, NumberType type) {}

  /** Native memory lives below {@code parent}. */
  KeyValueCache(DecoderSpec spec, Room room, Kernels kernels, NDManager parent) {
    this.spec = spec.attention();
    this.window = spec.window();
    this.room = room;
    this.kernels = kernels;
    this.owner = parent.newSubManager();
  }

  /**
   * Prepares to read prompts as the rows from {@code firstRow} on, with room for the longest and
   * the first tokens of its answer.
   */
  void beginPrompts(int firstRow, int longest) {
    firstPrompt = firstRow;
    if (keys.isEmpty()) {
      capacity = roundUp(longest + GROWTH);
      for (int i = 0; i < room.layers(); i++) {
        keys.add(zeros());
        values.add(zeros());
      }
    }
    reach(longest);
  }

  /**
   * Prepares a step that appends {@code counts} tokens to each row, at least one, which has {@code
   * lengths} so far. What lies behind a row's length is written over.
   */
  void beginStep(int[] lengths, int[] counts, NDManager scope) {
    int[] grown = IntStream.range(0, counts.length).map(i -> lengths[i] + counts[i]).toArray();
    int longest = Arrays.stream(grown).max().orElse(0);
    reach(longest);
    DecodeStepLayout layout = new DecodeStepLayout(lengths, counts);
    NDArray positions = scope.create(layout.positions(queriesPerKey()));
    NDArray slots = scope.create(layout.slots(spec.groups(), capacity));
    NDArray mask =
        kernels.tensor(scope, "cache_mask", positions, counts.length, longest, room.type().code());
    NDArray[] padding =
        layout.isEven()
            ? new NDArray[0]
            : new NDArray[] {scope.create(layout.padded()), scope.create(layout.unpadded())};
    RowGroups groups = groupRows(grown);
    long[] lows = new long[groups.lengths().length];
    step = new CacheView.Step(slots, mask, padding, groups.bounds(), lows, groups.lengths());
    windowStep = step;
    if (window.tokens() > 0 && longest > window.tokens()) {
      NDArray hiding =
          kernels.tensor(scope, "hide_before_window", mask, positions, window.tokens());
      windowStep = step.within(hiding, windowLows(groups, lengths));
    }
  }

  /** The first token that some query of each group sees. */
  private long[] windowLows(RowGroups groups, int[] lengths) {
    long[] lows = new long[groups.lengths().length];
    for (int i = 0; i < lows.length; i++) {
      int first = (int) groups.bounds()[i];
      int end = (int) groups.bounds()[i + 1];
      int shortest = IntStream.range(first, end).map(row -> lengths[row]).min().orElse(0);
      lows[i] = Math.max(0, shortest + 1 - window.tokens());
    }
    return lows;
  }

  /** Query heads that share a key. */
  private int queriesPerKey() {
    return spec.heads() / spec.groups();
  }

  /** Rows {@code [bounds[i], bounds[i + 1])} have at most {@code lengths[i]} tokens. */
  private record RowGroups(long[] bounds, long[] lengths) {}

  /** Neighbours of similar length, so that short rows do not pay for long ones. */
  private RowGroups groupRows(int[] lengths) {
    long bytesPerToken = 2L * spec.groups() * spec.headSize() * room.type().bytes();
    List<Integer> starts = new ArrayList<>();
    List<Integer> longest = new ArrayList<>();
    int last = -1;
    for (int i = 0; i < lengths.length; i++) {
      int apart = last < 0 ? 0 : Math.abs(longest.get(last) - lengths[i]);
      if (last < 0 || apart * bytesPerToken > MOST_PADDING) {
        starts.add(i);
        longest.add(lengths[i]);
        last++;
      } else {
        longest.set(last, Math.max(longest.get(last), lengths[i]));
      }
    }
    starts.add(lengths.length);
    return new RowGroups(longs(starts), longs(longest));
  }

  private static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }

  /** What the step under way needs of a layer's cache. */
  CacheView view(int layer) {
    return new CacheView(
        keys.get(layer), values.get(layer), window.of(layer) > 0 ? windowStep : step);
  }

  /** Stores the keys and values of prompts. */
  void fill(int layer, NDArray[] qkv, Pass pass) {
    long[] starts = pass.rows().starts();
    pass.run("fill_cache_", keys.get(layer), qkv[1], firstPrompt, starts);
    pass.run("fill_cache_", values.get(layer), qkv[2], firstPrompt, starts);
  }

  /** Attention of a layer over the tokens of a step, whose keys and values it stores. */
  NDArray attend(int layer, NDArray[] qkv, Pass pass) {
    CacheView view = view(layer);
    CacheView.Step own = view.step();
    return pass.tensor(
        "attend_step",
        qkv[0],
        qkv[1],
        qkv[2],
        view.keys(),
        view.values(),
        own.slots(),
        own.mask(),
        own.padding(),
        own.bounds(),
        own.lows(),
        own.lengths(),
        spec.scale());
  }

  /**
   * Keeps these rows only, in this order, in which no row moves back; they have {@code longest}
   * tokens at most.
   */
  void keep(int[] rows, int longest) {
    long[] to = IntStream.range(0, rows.length).filter(i -> rows[i] != i).asLongStream().toArray();
    if (to.length > 0) {
      long[] from = LongStream.of(to).map(i -> rows[(int) i]).toArray();
      keys.forEach(cache -> kernels.run("move_rows_", cache, from, to, longest));
      values.forEach(cache -> kernels.run("move_rows_", cache, from, to, longest));
    }
  }

  @Override
  public void close() {
    owner.close();
  }

  /** Makes sure that this many tokens fit. */
  private void reach(int tokens) {
    if (tokens > capacity) {
      capacity = roundUp(tokens + tokens / 4);
      keys.replaceAll(this::widened);
      values.replaceAll(this::widened);
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
