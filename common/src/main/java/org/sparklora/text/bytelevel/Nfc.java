package org.sparklora.text.bytelevel;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * Normalization form C as the Rust library computes it. Its tables are older than Java's, so it
 * treats some combining marks as plain characters.
 */
final class Nfc {
  private static final int[] PLAIN_TO_THE_LIBRARY = {
    0x7fd, 0x8d3, 0x9fe, 0xd3b, 0xd3c, 0xeba, 0x1abf, 0x1ac0, 0x1df6, 0x1df7, 0x1df8, 0x1df9,
    0xa82c, 0x10d24, 0x10d25, 0x10d26, 0x10d27, 0x10eab, 0x10eac, 0x10f46, 0x10f47, 0x10f48,
    0x10f49, 0x10f4a, 0x10f4b, 0x10f4c, 0x10f4d, 0x10f4e, 0x10f4f, 0x10f50, 0x11930, 0x11935,
    0x11938, 0x1133b, 0x1145e, 0x11839, 0x1183a, 0x1193d, 0x1193e, 0x11943, 0x119e0, 0x11a34,
    0x11a47, 0x11a99, 0x11d42, 0x11d44, 0x11d45, 0x11d97, 0x16ff0, 0x16ff1, 0x1e130, 0x1e131,
    0x1e132, 0x1e133, 0x1e134, 0x1e135, 0x1e136, 0x1e2ec, 0x1e2ed, 0x1e2ee, 0x1e2ef
  };
  private static final int FIRST_MARK = 0x300;
  private static final boolean[] INERT = inert();

  static {
    Arrays.sort(PLAIN_TO_THE_LIBRARY);
  }

  private Nfc() {}

  /** Whether normalization leaves every character unchanged, whatever its neighbours. */
  static boolean isInert(char[] text, int length) {
    for (int i = 0; i < length; i++) {
      if (text[i] >= FIRST_MARK && !INERT[text[i]]) {
        return false;
      }
    }
    return true;
  }

  static String normalize(String text) {
    StringBuilder result = new StringBuilder(text.length());
    int from = 0;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      int next = at + Character.charCount(c);
      if (Arrays.binarySearch(PLAIN_TO_THE_LIBRARY, c) >= 0) {
        result.append(Normalizer.normalize(text.substring(from, at), Normalizer.Form.NFC));
        result.appendCodePoint(c);
        from = next;
      }
      at = next;
    }
    return result
        .append(Normalizer.normalize(text.substring(from), Normalizer.Form.NFC))
        .toString();
  }

  private static boolean[] inert() {
    boolean[] inert = new boolean[Character.MAX_VALUE + 1];
    for (int c = 0; c < inert.length; c++) {
      inert[c] = isInert((char) c);
    }
    return inert;
  }

  private static boolean isInert(char c) {
    boolean joinsBackwards =
        switch (Character.getType(c)) {
          case Character.NON_SPACING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.ENCLOSING_MARK ->
              true;
          default -> c >= 0x1100 && c <= 0x11ff; // Hangul jamo
        };
    if (Character.isSurrogate(c)) {
      return Character.isLowSurrogate(c) || isInertPlane(c);
    }
    return !joinsBackwards && Normalizer.isNormalized(Character.toString(c), Normalizer.Form.NFC);
  }

  /** High surrogates of pictographs (U+1F000 to U+1FBFF) and Han (U+20000 to U+2F7FF). */
  private static boolean isInertPlane(char high) {
    return (high >= 0xd83c && high <= 0xd83e) || (high >= 0xd840 && high <= 0xd87d);
  }
}
