package org.sparklora.train;

import org.sparklora.plan.PlannedRow;

/** A planned row in a message's words: where it stands in its table, and its tokens. */
final class RowName {
  private RowName() {}

  static String of(PlannedRow row, RunSettings run) {
    int tokens = row.row().length();
    if (row.step() == PlannedRow.HELD_OUT) {
      return "row %d of the held-out table (the first is 0) with %d tokens"
          .formatted(row.slot(), tokens);
    }
    long rows = run.grid().rows();
    long position = row.step() * run.grid().rowsPerStep() + row.slot();
    long index = run.order().rowAt(position / rows, position % rows);
    return "row %d of the feature table (the first is 0) with %d tokens".formatted(index, tokens);
  }
}
