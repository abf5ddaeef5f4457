package org.sparklora.predict;

import java.util.Arrays;
import java.util.List;
import org.sparklora.model.Decoding;

/**
 * The keys and values of a row that ended, kept for a prompt that begins as it did. Only where it
 * was alone since its batch began: what others needed beside it is not held for it.
 */
final class RestingRow {
  /** Tokens read in one step; what a step needs grows with them. */
  private static final int PIECE = 64;

  private final Decoding decoding;
  private boolean mayRest;
  private Sequence row;

  RestingRow(Decoding decoding, boolean mayRest) {
    this.decoding = decoding;
    this.mayRest = mayRest;
  }

  boolean isThere() {
    return row != null;
  }

  /** So many rows were there at once. */
  void saw(int rows) {
    mayRest &= rows <= 1;
  }

  /** Lets the last row rest, if it may. */
  boolean take(List<Sequence> last) {
    if (mayRest && last.size() == 1 && !last.get(0).hasFailed()) {
      row = last.get(0);
      return true;
    }
    return false;
  }

  /** Reads the rest of a prompt that begins as the row did; for others the row is given up. */
  boolean goesOnAs(List<Sequence> fresh) {
    if (row == null) {
      return false;
    }
    Sequence next = fresh.get(0);
    int shared = row.begins(next);
    boolean isNext =
        fresh.size() == 1
            && isWorthIt(shared, next.prompt().length)
            && Arrays.equals(row.shares(), next.shares());
    row = null;
    if (isNext && decoding.rewind(shared)) {
      read(next.prompt(), shared);
      return true;
    }
    decoding.keep(new int[0], new int[0]);
    return false;
  }

  /** A prompt is read faster as a whole than in steps. */
  private static boolean isWorthIt(int shared, int prompt) {
    return shared > 0 && 2 * shared >= prompt;
  }

  /** The last token has a step of its own, as the last one of a row that goes on. */
  private void read(int[] prompt, int from) {
    int last = prompt.length - 1;
    for (int start = from; start < last; start += PIECE) {
      int[] piece = Arrays.copyOfRange(prompt, start, Math.min(last, start + PIECE));
      decoding.advance(new int[][] {piece});
      decoding.keep(new int[1], new int[] {piece.length});
    }
    decoding.advance(new int[][] {{prompt[last]}});
  }
}
