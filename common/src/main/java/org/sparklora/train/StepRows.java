package org.sparklora.train;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.sparklora.plan.PlannedRow;

/** A rank's sorted stream, taken step by step. */
final class StepRows {
  private final Iterator<PlannedRow> rows;
  private PlannedRow next;

  StepRows(Iterator<PlannedRow> rows) {
    this.rows = rows;
    advance();
  }

  /** The rows that are only evaluated; they come before all steps. */
  List<PlannedRow> heldOut() {
    return of(PlannedRow.HELD_OUT);
  }

  /** The rows of {@code step} in slot order; none where the rank has none. */
  List<PlannedRow> of(long step) {
    List<PlannedRow> taken = new ArrayList<>();
    while (next != null && next.step() == step) {
      taken.add(next);
      advance();
    }
    if (next != null && next.step() < step) {
      throw new IllegalStateException(
          "rows are not sorted: step " + next.step() + " after step " + step);
    }
    return taken;
  }

  private void advance() {
    next = rows.hasNext() ? rows.next() : null;
  }
}
