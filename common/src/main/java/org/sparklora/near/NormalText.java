package org.sparklora.near;

import java.text.Normalizer;

/** A text as it is compared: NFKC, runs of white space as one blank, none at the ends. */
public final class NormalText {
  private NormalText() {}

  public static String of(String text) {
    StringBuilder normal = new StringBuilder();
    Normalizer.normalize(text, Normalizer.Form.NFKC)
        .codePoints()
        .forEach(c -> append(normal, isBlank(c) ? ' ' : c));
    int end = normal.length();
    return end > 0 && normal.charAt(end - 1) == ' '
        ? normal.substring(0, end - 1)
        : normal.toString();
  }

  private static void append(StringBuilder normal, int c) {
    boolean blanks =
        c == ' ' && (normal.length() == 0 || normal.charAt(normal.length() - 1) == ' ');
    if (!blanks) {
      normal.appendCodePoint(c);
    }
  }

  /** Unicode's white space, and the separators of files, records and fields. */
  private static boolean isBlank(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }
}
