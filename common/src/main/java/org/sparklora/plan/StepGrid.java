package org.sparklora.plan;

import java.io.Serializable;
import org.sparklora.Failure;

/**
 * Epochs laid end to end and cut into steps: step s takes positions s·G to (s+1)·G, and position p
 * is place p mod n of epoch p / n.
 *
 * @param rows n, rows of the table
 * @param rowsPerStep G, rows of an optimizer step over all ranks
 * @param steps steps of the whole run
 */
public record StepGrid(long rows, int rowsPerStep, long steps) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Rows that one segment covers at least, unless the run ends before. */
  static final long SEGMENT_ROWS = 1_000_000;

  public StepGrid {
    if (rows < 1) {
      throw Failure.input(
          "Cannot train, the feature table is empty: %d rows (expected at least 1). Tokenize a corpus first."
              .formatted(rows));
    }
    if (rowsPerStep < 1 || steps < 1) {
      throw new IllegalArgumentException("rows per step " + rowsPerStep + ", steps " + steps);
    }
  }

  /** Epochs passed after {@code step} steps, as Hugging Face's logs count them. */
  public double epochsAfter(long step) {
    return (double) step * rowsPerStep / rows;
  }

  /**
   * Where a segment that starts at {@code from} ends: at least an epoch later, whole epochs up to a
   * million rows, never after the last step.
   */
  public long segmentEnd(long from) {
    long covered = rows * Math.max(1, SEGMENT_ROWS / rows);
    return Math.min(steps, from + (covered + rowsPerStep - 1) / rowsPerStep);
  }
}
