package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;

/**
 * Keys and values of the tokens that a batch of rows has seen, each row from its left end; layers
 * with a window keep what it reaches. Grows as the rows do; rows that leave make room for others.
 */
final class KeyValueCache implements AutoCloseable {
  /** Rows are computed together until padding costs more memory traffic than another call. */
  private static final long MOST_PADDING = 128 << 10;

  private final Attention spec;
  private final NumberType type;
  private final Kernels kernels;
  private final NDManager owner;
  private final List<Kind> kinds = new ArrayList<>();

  /** The number of layers, the most rows at once, and the type of keys and values. */
  record Room(int layers, int rows, NumberType type) {}

  /** Layers that see the same of a row, and the step under way. */
  private static final class Kind {
    final List<Integer> layers;
    final int window;
    final KeptTokens tokens;
    CacheView.Step step;

    Kind(List<Integer> layers, int window, KeptTokens tokens) {
      this.layers = layers;
      this.window = window;
      this.tokens = tokens;
    }
  }

  /** Native memory lives below {@code parent}. */
  KeyValueCache(DecoderSpec decoder, Room room, Kernels kernels, NDManager parent) {
    this.spec = decoder.attention();
    this.type = room.type();
    this.kernels = kernels;
    this.owner = parent.newSubManager();
    IntStream.range(0, room.layers())
        .boxed()
        .collect(Collectors.groupingBy(decoder.window()::of))
        .forEach((reach, layers) -> kinds.add(kind(layers, reach, room)));
  }

  private Kind kind(List<Integer> layers, int reach, Room room) {
    KeptTokens.Room own = new KeptTokens.Room(layers, room.rows(), type);
    return new Kind(layers, reach, new KeptTokens(spec, reach, own, kernels, owner));
  }

  /**
   * Prepares to read prompts of these lengths as the rows from {@code firstRow} on, with room for
   * the first tokens of their answers.
   */
  void beginPrompts(int firstRow, int[] lengths) {
    kinds.forEach(kind -> kind.tokens.beginPrompts(firstRow, lengths));
  }

  /**
   * Prepares a step that appends {@code counts} tokens to each row, at least one, which has {@code
   * lengths} so far. What lies behind a row's length is written over.
   */
  void beginStep(int[] lengths, int[] counts, NDManager scope) {
    for (Kind kind : kinds) {
      kind.step = step(kind, kind.tokens.beginStep(lengths, counts), counts, scope);
    }
  }

  private CacheView.Step step(Kind kind, int[] lengths, int[] counts, NDManager scope) {
    int[] grown = IntStream.range(0, counts.length).map(i -> lengths[i] + counts[i]).toArray();
    int longest = Arrays.stream(grown).max().orElse(0);
    DecodeStepLayout layout = new DecodeStepLayout(lengths, counts);
    NDArray positions = scope.create(layout.positions(queriesPerKey()));
    NDArray slots = scope.create(layout.slots(spec.groups(), kind.tokens.capacity()));
    NDArray mask =
        kernels.tensor(scope, "cache_mask", positions, counts.length, longest, type.code());
    NDArray[] padding =
        layout.isEven()
            ? new NDArray[0]
            : new NDArray[] {scope.create(layout.padded()), scope.create(layout.unpadded())};
    RowGroups groups = groupRows(grown);
    long[] lows = new long[groups.lengths().length];
    if (kind.window > 0 && longest > kind.window) {
      mask = kernels.tensor(scope, "hide_before_window", mask, positions, kind.window);
      lows = windowLows(kind.window, groups, lengths);
    }
    return new CacheView.Step(slots, mask, padding, groups.bounds(), lows, groups.lengths());
  }

  /** The first token that some query of each group sees. */
  private static long[] windowLows(int window, RowGroups groups, int[] lengths) {
    long[] lows = new long[groups.lengths().length];
    for (int i = 0; i < lows.length; i++) {
      int first = (int) groups.bounds()[i];
      int end = (int) groups.bounds()[i + 1];
      int shortest = IntStream.range(first, end).map(row -> lengths[row]).min().orElse(0);
      lows[i] = Math.max(0, shortest + 1 - window);
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
    long bytesPerToken = 2L * spec.groups() * spec.headSize() * type.bytes();
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
    Kind kind = of(layer);
    return new CacheView(kind.tokens.keys(layer), kind.tokens.values(layer), kind.step);
  }

  /** How many tokens of a row a layer has room for. */
  int capacity(int layer) {
    return of(layer).tokens.capacity();
  }

  /** Stores the keys and values of prompts. */
  void fill(int layer, NDArray[] qkv, Pass pass) {
    of(layer).tokens.fill(layer, qkv, pass);
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
    kinds.forEach(kind -> kind.tokens.keep(rows, longest));
  }

  /** Whether all that the token behind the first {@code tokens} sees of the first row is kept. */
  boolean reaches(int tokens) {
    return kinds.stream().allMatch(kind -> kind.tokens.reaches(tokens));
  }

  @Override
  public void close() {
    owner.close();
  }

  private Kind of(int layer) {
    return kinds.stream().filter(kind -> kind.layers.contains(layer)).findFirst().orElseThrow();
  }
}
