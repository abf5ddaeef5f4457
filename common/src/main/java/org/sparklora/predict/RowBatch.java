package org.sparklora.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sparklora.Failure;
import org.sparklora.model.Decoding;

/**
 * Rows that one model answers together, each by its own rules: they join, go on step by step, and
 * leave where they end. Used by the model's thread; the caller closes it before the model.
 */
public final class RowBatch implements AutoCloseable {
  private final Decoding decoding;
  private final RestingRow resting;
  private List<Sequence> rows = List.of();
  private DraftCounts counts = DraftCounts.NONE;

  /** Without a row yet, of at most {@code mostRows} at once. */
  RowBatch(DecodingModel model, int mostRows) {
    this(model.begin(mostRows), false);
  }

  private RowBatch(Decoding decoding, boolean mayRest) {
    this.decoding = decoding;
    this.resting = new RestingRow(decoding, mayRest);
  }

  /**
   * The same for conversations: a row that was alone all the time rests when it ends, so that the
   * next turn reads only what is new. Answers equal those without but for rounding.
   */
  public static RowBatch ofTurns(DecodingModel model, int mostRows) {
    Decoding decoding = model.begin(mostRows);
    return new RowBatch(decoding, decoding.rewinds());
  }

  /** Whether a row waits for its next turn, while none goes on. */
  public boolean rests() {
    return resting.isThere();
  }

  /** How many rows go on. */
  public int size() {
    return rows.size();
  }

  /** What came of all drafts so far. */
  DraftCounts counts() {
    return counts;
  }

  /**
   * Takes what the model chose behind the last {@link #join} or {@link #advance}; rows that ended,
   * by themselves or by {@link Sequence#end}, leave.
   */
  public void take() {
    if (resting.isThere()) {
      return;
    }
    int[] stay = take(choose());
    int[] order = withoutHoles();
    if (order.length == 0 && resting.take(rows)) {
      rows = List.of();
      return;
    }
    List<Sequence> rest = Arrays.stream(order).mapToObj(rows::get).toList();
    decoding.keep(order, Arrays.stream(order).map(i -> stay[i]).toArray());
    rows = rest;
  }

  /** Reads the prompts of further rows; those that are there wait. */
  public void join(List<Sequence> fresh) {
    if (resting.goesOnAs(fresh)) {
      rows = fresh;
      return;
    }
    decoding.join(
        fresh.stream().map(Sequence::prompt).toArray(int[][]::new),
        fresh.stream().map(Sequence::shares).toArray(float[][]::new));
    List<Sequence> all = new ArrayList<>(rows);
    all.addAll(fresh);
    rows = all;
    resting.saw(rows.size());
  }

  /** Goes one step on with all rows, of which there has to be one. */
  public void advance() {
    decoding.advance(rows.stream().map(Sequence::next).toArray(int[][]::new));
  }

  @Override
  public void close() {
    decoding.close();
  }

  /** How many tokens of the step each row keeps. */
  private int[] take(int... chosen) {
    int[] stay = new int[rows.size()];
    int from = 0;
    for (int i = 0; i < stay.length; i++) {
      Sequence row = rows.get(i);
      int size = row.stepSize();
      if (size > 0 && !row.hasEnded()) {
        stay[i] = row.take(chosen, from);
        counts = counts.plus(size, stay[i]);
      }
      from += size;
    }
    return stay;
  }

  /** The rows that go on, the last ones in the slots of those that ended. */
  private int[] withoutHoles() {
    int[] going = IntStream.range(0, rows.size()).filter(i -> !rows.get(i).hasEnded()).toArray();
    int[] order = new int[going.length];
    int last = going.length;
    for (int i = 0; i < order.length; i++) {
      order[i] = rows.get(i).hasEnded() ? going[--last] : i;
    }
    return order;
  }

  /** For each token of the step the one behind it, if the draft is right up to there. */
  private int[] choose() {
    List<Sequence> stepping = rows.stream().filter(row -> row.stepSize() > 0).toList();
    if (stepping.stream().noneMatch(Sequence::needsLogits)) {
      return decoding.likeliest();
    }
    float[] logits = decoding.logits();
    int[] chosen = new int[stepping.stream().mapToInt(Sequence::stepSize).sum()];
    int vocabulary = logits.length / chosen.length;
    int token = 0;
    for (Sequence row : stepping) {
      try {
        for (int i = 0; i < row.stepSize(); i++) {
          chosen[token + i] = row.choose(logits, (token + i) * vocabulary, vocabulary, i);
        }
      } catch (Failure failure) {
        row.fail(failure);
      }
      token += row.stepSize();
    }
    return chosen;
  }
}
