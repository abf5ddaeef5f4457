package org.sparklora.train;

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

  /** The grid of a first start. */
  public static StepGrid of(TrainConfig config, long rows, int ranks) {
    TrainConfig.Batches batches = config.batches();
    long perStep = (long) batches.rowsPerDevice() * batches.accumulation() * ranks;
    if (perStep > Integer.MAX_VALUE) {
      throw Failure.usage(
          "Cannot train, an optimizer step has too many rows: %d (expected at most %d). Lower --gradient_accumulation_steps."
              .formatted(perStep, Integer.MAX_VALUE));
    }
    long steps = batches.maxSteps();
    if (steps == 0) {
      steps = Math.max(1, (long) Math.ceil(batches.epochs() * rows / perStep));
    }
    return new StepGrid(rows, (int) perStep, steps);
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
