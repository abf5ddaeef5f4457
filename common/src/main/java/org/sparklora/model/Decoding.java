package org.sparklora.model;

/**
 * A batch of rows in decoding: the logits of each row's next token, and a step to the one after, or
 * over several tokens at once that may be taken back. Rows may differ in length; some may leave and
 * others join. Used by its decoder's thread; the caller closes it before the decoder.
 */
public interface Decoding extends AutoCloseable {
  /** Reads prompts of at least one token each, as rows behind those that are there. */
  default void join(int[][] prompts) {
    join(prompts, new float[prompts.length][]);
  }

  /**
   * The same.
   *
   * @param shares how much of each rank of the model's adapters a row takes, for models with
   *     adapters that rows choose from; null for none
   */
  void join(int[][] prompts, float[][] shares);

  /**
   * The likeliest token behind each token that the last step appended, row after row; behind the
   * last tokens of prompts that just joined; after {@link #keep} behind the last one of each row
   * that took part in the step.
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

  /** Whether a row may be taken back behind its prompt. */
  default boolean rewinds() {
    return false;
  }

  /**
   * Takes back all but the first tokens of the only row, at least one; the next step appends behind
   * them.
   *
   * @return whether it could; not where a window keeps less of the row than that step would see
   */
  default boolean rewind(int tokens) {
    return false;
  }

  @Override
  void close();
}
