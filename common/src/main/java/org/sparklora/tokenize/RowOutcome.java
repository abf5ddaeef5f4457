package org.sparklora.tokenize;

import java.util.List;
import org.sparklora.feature.FeatureRow;

/** What becomes of one example. */
public sealed interface RowOutcome {
  /** Rows of the table; {@code cut} when ids of the example are missing from them. */
  record Written(List<FeatureRow> rows, boolean cut) implements RowOutcome {
    public Written {
      rows = List.copyOf(rows);
    }

    public Written(FeatureRow row, boolean cut) {
      this(List.of(row), cut);
    }

    /** The row of an example that became one. */
    public FeatureRow row() {
      return rows.get(0);
    }
  }

  /** Left out for its length. */
  record Dropped() implements RowOutcome {}

  /** For the quarantine; the reason holds no text of the example. */
  record Refused(String reason) implements RowOutcome {}
}
