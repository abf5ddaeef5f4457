package org.sparklora.predict;

import java.util.Arrays;

/**
 * Guesses how a text goes on: as it did after an earlier occurrence of its last tokens (prompt
 * lookup decoding, Saxena 2023).
 */
final class PromptLookup {
  /** Tokens of the longest match that is looked for. */
  static final int LONGEST = 3;

  private PromptLookup() {}

  /**
   * {@code count} tokens that may follow {@code ids[0, length)}; none where its last {@code
   * shortest} tokens are new. Longer matches win, then later ones; a match that reaches the end
   * repeats itself.
   */
  static int[] continuation(int[] ids, int length, int count, int shortest) {
    for (int size = LONGEST; count > 0 && size >= shortest; size--) {
      for (int end = length - 1; end >= size; end--) {
        if (isSame(ids, end, length, size)) {
          return copied(ids, end, length, count);
        }
      }
    }
    return new int[0];
  }

  /** Whether the {@code size} tokens before both ends are the same. */
  private static boolean isSame(int[] ids, int end, int length, int size) {
    return Arrays.equals(ids, end - size, end, ids, length - size, length);
  }

  private static int[] copied(int[] ids, int from, int length, int count) {
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = from + i < length ? ids[from + i] : tokens[from + i - length];
    }
    return tokens;
  }
}
