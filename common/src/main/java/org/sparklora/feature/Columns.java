package org.sparklora.feature;

/** Column names of a feature table; the first two are LLM-Tuning's, the third Hugging Face's. */
public final class Columns {
  /** Token ids: list of 32-bit integers, without nulls. */
  public static final String INPUT_IDS = "input_ids";

  /** Number of ids before the first learned one: 32-bit integer. */
  public static final String SEQ_LEN = "seq_len";

  /** Number of all ids: 32-bit integer. */
  public static final String LENGTH = "length";

  /** Start and end of each learned range in turn: list of 32-bit integers, without nulls. */
  public static final String LABEL_SPANS = "label_spans";

  /** In tables of others: the id at each place that is learned, −100 elsewhere. */
  static final String LABELS = "labels";

  /** In tables of others: 0 where a place is padding, 1 elsewhere. */
  static final String ATTENTION_MASK = "attention_mask";

  private Columns() {}
}
