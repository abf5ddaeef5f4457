package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.sparklora.tensor.Kernels;

/**
 * A batch of rows in decoding: the logits of each row's next token, and a step to the one after, or
 * over several tokens at once that may be taken back. Rows may differ in length; finished ones are
 * dropped with {@link #keep}. Used by the decoder's thread; the caller closes it before the
 * decoder.
 */
public final class DecodingState implements AutoCloseable {
  private final DecoderParts parts;
  private final Positions positions;
  private final Kernels kernels;
  private final NDManager owner;
  private final KeyValueCache cache;
  private int[] lengths;
  private int[] prefixes;
  private int[] masks;
  private int[] appended;
  private NDArray logits;
  private int[] wanted;

  /** Reads the prompts, at least one token each. */
  DecodingState(
      DecoderParts parts, Positions positions, Kernels kernels, NDManager parent, int[][] prompts) {
    this.parts = parts;
    this.positions = positions;
    this.kernels = kernels;
    this.owner = parent.newSubManager();
    this.cache = new KeyValueCache(parts.spec().attention(), parts.type(), kernels, owner);
    this.lengths = Arrays.stream(prompts).mapToInt(p -> p.length).toArray();
    this.appended = ones(prompts.length);
    findPrefixes(prompts);
    prefill(prompts);
  }

  public int rows() {
    return lengths.length;
  }

  /**
   * The likeliest token behind each token that the last step appended, row after row; behind a
   * prompt's last token, and after {@link #keep} behind each row's last one.
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

  /** Goes on with some of the rows only, in the given order. */
  public void keep(int[] rows) {
    keep(rows, chosen(appended, rows));
  }

  /**
   * Goes on with some of the rows only, in the given order. Of the tokens that the last step
   * appended to a row, the first {@code tokens} stay, at least one.
   */
  public void keep(int[] rows, int[] tokens) {
    int[] last = new int[rows.length];
    int[] ends = appended.clone();
    Arrays.parallelPrefix(ends, Integer::sum);
    for (int i = 0; i < rows.length; i++) {
      int takenBack = appended[rows[i]] - tokens[i];
      last[i] = ends[rows[i]] - 1 - takenBack;
      lengths[rows[i]] -= takenBack;
    }
    wanted = wanted == null ? last : chosen(wanted, last);
    if (!Arrays.equals(rows, IntStream.range(0, rows()).toArray())) {
      try (NDArray index = owner.create(rows)) {
        cache.keep(index);
      }
      lengths = chosen(lengths, rows);
      prefixes = chosen(prefixes, rows);
      masks = chosen(masks, rows);
    }
    appended = ones(rows.length);
  }

  @Override
  public void close() {
    cache.close();
    owner.close();
  }

  private void findPrefixes(int[][] prompts) {
    boolean bothWays = parts.spec().seesPromptBothWays();
    prefixes = new int[bothWays ? prompts.length : 0];
    masks = new int[prefixes.length];
    for (int i = 0; i < prefixes.length; i++) {
      prefixes[i] = positions.prefix(prompts[i], 0, prompts[i].length);
      masks[i] = positions.maskPosition(prompts[i], 0, prompts[i].length);
    }
  }

  private void prefill(int[][] prompts) {
    int[] ids = Arrays.stream(prompts).flatMapToInt(Arrays::stream).toArray();
    int[] starts = new int[prompts.length + 1];
    int[] ends = new int[prompts.length];
    for (int i = 0; i < prompts.length; i++) {
      starts[i + 1] = starts[i] + prompts[i].length;
      ends[i] = starts[i + 1] - 1;
    }
    int[] labels = new int[ids.length];
    Arrays.fill(labels, PackedBatch.IGNORED);
    PackedBatch batch = new PackedBatch(ids, starts, labels, new long[prompts.length]);
    cache.begin(parts.layers().size(), prompts.length, Arrays.stream(lengths).max().orElse(1));
    try (NDManager scope = owner.newSubManager()) {
      PackedRows rows =
          positions.rows(batch, ids.length, kernels, scope, null).wanting(scope.create(ends));
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

  private static int[] chosen(int[] values, int[] rows) {
    return values.length == 0 ? values : Arrays.stream(rows).map(row -> values[row]).toArray();
  }
}
