package org.sparklora.model;

import static org.sparklora.tensor.NumberType.FP32;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sparklora.model.KeyValueCache.Room;
import org.sparklora.tensor.Kernels;

/** Decoding with a cache of keys and values, all rows in one packed batch. */
final class DecodingState implements Decoding {
  private final DecoderParts parts;
  private final Positions positions;
  private final Kernels kernels;
  private final NDManager owner;
  private final KeyValueCache cache;
  private final RowShares shares = new RowShares();
  private int[] lengths = {};
  private int[] prefixes = {};
  private int[] masks = {};
  private int[] appended = {};
  private NDArray logits;
  private int[] wanted;

  /** Without a row so far. */
  DecodingState(
      DecoderParts parts, Positions positions, Kernels kernels, NDManager parent, int mostRows) {
    this.parts = parts;
    this.positions = positions;
    this.kernels = kernels;
    this.owner = parent.newSubManager();
    Room room = new Room(parts.layers().size(), mostRows, parts.type());
    this.cache = new KeyValueCache(parts.spec(), room, kernels, owner);
  }

  @Override
  public void join(int[][] prompts, float[][] theirShares) {
    int before = lengths.length;
    shares.join(theirShares);
    int[] ends = Arrays.stream(prompts).mapToInt(p -> p.length).toArray();
    lengths = joined(lengths, ends);
    appended = joined(new int[before], ones(prompts.length));
    if (parts.spec().seesPromptBothWays()) {
      prefixes = joined(prefixes, offsets(prompts, positions::prefix));
      masks = joined(masks, offsets(prompts, positions::maskPosition));
    }
    cache.beginPrompts(before, ends);
    Arrays.parallelPrefix(ends, Integer::sum);
    prefill(prompts, ends);
  }

  @Override
  public int[] likeliest() {
    pickWanted();
    try (NDArray best = kernels.tensor(owner, "likeliest", logits)) {
      return best.toIntArray();
    }
  }

  @Override
  public float[] logits() {
    pickWanted();
    try (NDArray wide = kernels.tensor(owner, "cast", logits, FP32.code())) {
      return wide.toFloatArray();
    }
  }

  @Override
  public void advance(int[][] tokens) {
    appended = Arrays.stream(tokens).mapToInt(own -> own.length).toArray();
    int[] all = Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
    try (NDManager scope = owner.newSubManager()) {
      cache.beginStep(lengths, appended, scope);
      PackedRows rows =
          new PackedRows(
              new long[0],
              new long[0],
              positions.turns(nextPositions(all.length), kernels, scope),
              null);
      NDArray own = shares.ofTokens(0, appended, scope);
      Pass pass = new Pass(kernels, rows.sharing(own), scope, Tape.idle(), cache);
      replaceLogits(logits(all, parts.stepLayers(), pass));
    }
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] += appended[i];
    }
  }

  @Override
  public void keep(int[] rows, int[] tokens) {
    int[] ends = appended.clone();
    Arrays.parallelPrefix(ends, Integer::sum);
    int[] last =
        IntStream.range(0, rows.length)
            .filter(i -> tokens[i] > 0)
            .map(i -> ends[rows[i]] - appended[rows[i]] + tokens[i] - 1)
            .toArray();
    wanted = wanted == null ? last : chosen(wanted, last);
    for (int i = 0; i < rows.length; i++) {
      lengths[rows[i]] -= appended[rows[i]] - tokens[i];
    }
    lengths = chosen(lengths, rows);
    shares.keep(rows);
    prefixes = chosen(prefixes, rows);
    masks = chosen(masks, rows);
    appended = Arrays.stream(tokens).map(count -> Math.min(count, 1)).toArray();
    cache.keep(rows, Arrays.stream(lengths).max().orElse(0));
  }

  /** Keys and values of a prompt that is seen both ways depend on all of it. */
  @Override
  public boolean rewinds() {
    return !parts.spec().seesPromptBothWays();
  }

  @Override
  public boolean rewind(int tokens) {
    if (!rewinds() || !cache.reaches(tokens)) {
      return false;
    }
    lengths = new int[] {tokens};
    appended = new int[1];
    wanted = null;
    return true;
  }

  @Override
  public void close() {
    cache.close();
    owner.close();
  }

  /** How many tokens of a row a layer has room for. */
  int capacity(int layer) {
    return cache.capacity(layer);
  }

  /** Where something stands in each prompt. */
  private static int[] offsets(int[][] prompts, OffsetInRow offset) {
    return Arrays.stream(prompts).mapToInt(ids -> offset.of(ids, 0, ids.length)).toArray();
  }

  private interface OffsetInRow {
    int of(int[] ids, int start, int end);
  }

  /** Prompts one behind the other, with the index where each ends. */
  private void prefill(int[][] prompts, int[] ends) {
    int[] ids = Arrays.stream(prompts).flatMapToInt(Arrays::stream).toArray();
    int[] labels = new int[ids.length];
    Arrays.fill(labels, PackedBatch.IGNORED);
    int[] starts = joined(new int[1], ends);
    PackedBatch batch = new PackedBatch(ids, starts, labels, new long[prompts.length]);
    int[] last = Arrays.stream(ends).map(end -> end - 1).toArray();
    try (NDManager scope = owner.newSubManager()) {
      PackedRows rows =
          positions.rows(batch, ids.length, kernels, scope, null).wanting(scope.create(last));
      int first = lengths.length - prompts.length;
      int[] sizes = Arrays.stream(prompts).mapToInt(own -> own.length).toArray();
      rows = rows.sharing(shares.ofTokens(first, sizes, scope));
      Pass pass = new Pass(kernels, rows, scope, Tape.idle(), cache);
      replaceLogits(logits(ids, parts.layers(), pass));
    }
  }

  /** Logits of the tokens that the pass wants: only the last layer leaves the others out. */
  private NDArray logits(int[] ids, List<? extends Layer> layers, Pass pass) {
    NDArray x = parts.embedding().of(ids, pass);
    Pass whole = pass.wanting(null);
    for (int i = 0; i < layers.size(); i++) {
      NDArray below = x;
      x = layers.get(i).output(below, i == layers.size() - 1 ? pass : whole);
      below.close();
    }
    return parts.head().logits(x, pass);
  }

  /** Of the tokens that a step appends. */
  private int[][] nextPositions(int tokens) {
    int[][] next = new int[positions.kinds()][tokens];
    int token = 0;
    for (int row = 0; row < lengths.length; row++) {
      for (int i = 0; i < appended[row]; i++, token++) {
        int index = lengths[row] + i;
        if (next.length == 1) {
          next[0][token] = index;
        } else {
          next[0][token] = masks[row];
          next[1][token] = index - prefixes[row] + 1;
        }
      }
    }
    return next;
  }

  /** Leaves the logits out that nobody may ask for any more. */
  private void pickWanted() {
    if (wanted != null) {
      try (NDArray index = owner.create(wanted)) {
        replaceLogits(kernels.tensor(owner, "pick", logits, index));
      }
    }
  }

  private void replaceLogits(NDArray next) {
    if (logits != null) {
      logits.close();
    }
    next.attach(owner);
    logits = next;
    wanted = null;
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static int[] joined(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static int[] chosen(int[] values, int[] rows) {
    return values.length == 0 ? values : Arrays.stream(rows).map(row -> values[row]).toArray();
  }
}
