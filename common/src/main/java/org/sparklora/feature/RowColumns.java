package org.sparklora.feature;

/** Which columns a table's rows have. */
public enum RowColumns {
  /** Ids, the prompt's length and the length: every row has one span that reaches to its end. */
  ONE_SPAN,
  /** {@code label_spans} too. */
  SPANS
}
