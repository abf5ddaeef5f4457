package org.sparklora.model;

import java.util.Arrays;

/** Decoding token by token, no draft and no row that waits. */
final class OneTokenSteps {
  private OneTokenSteps() {}

  /** A batch that has read these prompts; the caller closes it. */
  static Decoding begin(Decoder decoder, int[]... prompts) {
    Decoding decoding = decoder.decode(prompts.length);
    decoding.join(prompts);
    return decoding;
  }

  /** Appends one token to each row. */
  static void advance(Decoding decoding, int... tokens) {
    decoding.advance(
        Arrays.stream(tokens).mapToObj(token -> new int[] {token}).toArray(int[][]::new));
  }

  /** Goes on with some of the rows only, all tokens kept. */
  static void keep(Decoding decoding, int... rows) {
    int[] ones = new int[rows.length];
    Arrays.fill(ones, 1);
    decoding.keep(rows, ones);
  }
}
