package org.sparklora.tokenize;

import org.sparklora.feature.FeatureRow;

/** What becomes of one example. */
public sealed interface RowOutcome {
  /** A row of the table; {@code cut} when ids of the example are missing from it. */
  record Written(FeatureRow row, boolean cut) implements RowOutcome {}

  /** Left out for its length. */
  record Dropped() implements RowOutcome {}

  /** For the quarantine; the reason holds no text of the example. */
  record Refused(String reason) implements RowOutcome {}
}
