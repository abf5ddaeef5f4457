package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.sparklora.model.KeyValueCache.Room;
import org.sparklora.tensor.Kernels;

/**
 * A batch of rows in decoding: the logits of each row's next token, and a step to the one after, or
 * over several tokens at once that may be taken back. Rows may differ in length; finished ones are
 * dropped with {@link #keep} and others may {@link #join}. Used by the decoder's thread; the caller
 * closes it before the decoder.
 */
public final class DecodingState implements AutoCloseable {
  private final DecoderParts parts;
  private final Positions positions;
  private final Kernels kernels;
  private final NDManager owner;
  private final KeyValueCache cache;
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
    this.cache = new KeyValueCache(parts.spec().attention(), room, kernels, owner);
  }

  public int rows() {
    return lengths.length;
  }

  /** Reads prompts, at least one token each, as rows behind those that are there. */
  public void join(int[][] prompts) {
    int before = rows();
    int[] ends = Arrays.stream(prompts).mapToInt(p -> p.length).toArray();
    lengths = joined(lengths, ends);
    appended = joined(new int[before], ones(prompts.length));
    if (parts.spec().seesPromptBothWays()) {
      prefixes = joined(prefixes, places(prompts, positions::prefix));
      masks = joined(masks, places(prompts, positions::maskPosition));
    }
    cache.beginPrompts(before, Arrays.stream(ends).max().orElse(1));
    Arrays.parallelPrefix(ends, Integer::sum);
    prefill(prompts, ends);
  }

  /**
   * The likeliest token behind each token that the last step appended, row after row; behind the
   * last tokens of prompts that just joined; after {@link #keep} behind the last one of each row
   * that took part in the step.
   */
  public int[] likeliest() {
    pickWanted();
    try (NDArray best = kernels.tensor(owner, "likeliest", logits)) {
      return best.toIntArray();
    }
  }

  /** Logits of the same tokens, tokens × vocabulary. */
  public float[] logits() {
    pickWanted();
    try (NDArray wide = kernels.tensor(owner, "cast", logits, 6)) {
      return wide.toFloatArray();
    }
  }

  /** Appends one token to each row. */
  public void advance(int[] tokens) {
    advance(Arrays.stream(tokens).mapToObj(token -> new int[] {token}).toArray(int[][]::new));
  }

  /** Appends tokens to each row, at least one. */
  public void advance(int[][] tokens) {
    appended = Arrays.stream(tokens).mapToInt(own -> own.length).toArray();
    int[] all = Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
    try (NDManager scope = owner.newSubManager()) {
      cache.beginStep(lengths, appended, scope);
      PackedRows rows =
          new PackedRows(
              new long[0],
              new long[0],
              positions.angles(nextPositions(all.length), kernels, scope),
              null);
      Pass pass = new Pass(kernels, rows, scope, Tape.idle(), cache);
      NDArray x = pass.tensor("pick", parts.embedding(), scope.create(all));
      replaceLogits(parts.head().logits(throughLayers(x, pass), pass));
    }
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] += appended[i];
    }
  }

  /** Goes on with some of the rows only, in the given order, in which no row moves back. */
  public void keep(int[] rows) {
    keep(rows, chosen(appended, rows));
  }

  /**
   * Goes on with some of the rows only, in the given order, in which no row moves back. Of the
   * tokens that the last step appended to a row, the first {@code tokens} stay: at least one, or
   * none of a row that only waited while others' prompts were read.
   */
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
    prefixes = chosen(prefixes, rows);
    masks = chosen(masks, rows);
    appended = Arrays.stream(tokens).map(count -> Math.min(count, 1)).toArray();
    cache.keep(rows, Arrays.stream(lengths).max().orElse(0));
  }

  @Override
  public void close() {
    cache.close();
    owner.close();
  }

  /** A place in each prompt. */
  private static int[] places(int[][] prompts, PlaceInRow place) {
    return Arrays.stream(prompts).mapToInt(ids -> place.of(ids, 0, ids.length)).toArray();
  }

  private interface PlaceInRow {
    int of(int[] ids, int start, int end);
  }

  /** Prompts one behind the other, with the place where each ends. */
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
      Pass pass = new Pass(kernels, rows, scope, Tape.idle(), cache);
      NDArray x = pass.tensor("pick", parts.embedding(), scope.create(ids));
      replaceLogits(parts.head().logits(throughLayers(x, pass), pass));
    }
  }

  /** The last layer makes the output of the wanted tokens only. */
  private NDArray throughLayers(NDArray x, Pass pass) {
    NDArray y = x;
    int last = parts.layers().size() - 1;
    for (int i = 0; i <= last; i++) {
      PackedRows rows = i == last ? pass.rows() : pass.rows().wanting(null);
      try (NDManager inner = pass.scope().newSubManager()) {
        NDArray below = y;
        y =
            parts
                .layers()
                .get(i)
                .forward(below, new Pass(kernels, rows, inner, Tape.idle(), cache));
        y.attach(pass.scope());
        below.close();
      }
    }
    return y;
  }

  /** Of the tokens that a step appends. */
  private int[][] nextPositions(int tokens) {
    int[][] next = new int[positions.kinds()][tokens];
    int token = 0;
    for (int row = 0; row < rows(); row++) {
      for (int i = 0; i < appended[row]; i++, token++) {
        int place = lengths[row] + i;
        if (next.length == 1) {
          next[0][token] = place;
        } else {
          next[0][token] = masks[row];
          next[1][token] = place - prefixes[row] + 1;
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
