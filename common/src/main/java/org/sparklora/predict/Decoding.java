package org.sparklora.predict;

/**
 * A batch of rows in decoding: the logits of each row's next token, and a step over one token or
 * several that may be taken back. Rows may leave and others join.
 */
interface Decoding extends AutoCloseable {
  /** Reads prompts of at least one token each, as rows behind those that are there. */
  void join(int[][] prompts);

  /**
   * The likeliest token behind each token that the last step appended, row after row, or behind the
   * prompts that just joined.
   */
  int[] likeliest();

  /** Logits of the same tokens, {@code tokens × vocabulary}. */
  float[] logits();

  /** Appends tokens to each row, at least one. */
  void advance(int[][] tokens);

  /**
   * Goes on with some of the rows only, in the given order, in which no row moves back. Of the
   * tokens that the last step appended to a row, the first {@code tokens} stay: at least one, or
   * none of a row that only waited while others' prompts were read.
   */
  void keep(int[] rows, int[] tokens);

  @Override
  void close();
}
