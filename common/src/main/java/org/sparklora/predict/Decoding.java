package org.sparklora.predict;

/**
 * A batch of rows in decoding: the logits of each row's next token, and a step to the one after.
 */
interface Decoding extends AutoCloseable {
  /** The likeliest next token of each row. */
  int[] likeliest();

  /** Logits of the next tokens, row after row, {@code rows × vocabulary}. */
  float[] logits();

  /** Appends one token to each row. */
  void advance(int[] tokens);

  /** Goes on with some of the rows only, in the given rising order. */
  void keep(int[] rows);

  @Override
  void close();
}
