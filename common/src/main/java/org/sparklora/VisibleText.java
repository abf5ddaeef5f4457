package org.sparklora;

/**
 * Text of files and users as messages and logs may show it: what would move the cursor, begin a
 * line, turn the direction of reading or not be seen at all is spelled out as in JSON.
 */
public final class VisibleText {
  private static final int JOINER = 0x200d;
  private static final int NON_JOINER = 0x200c;

  /** Characters of a sentence: its beginning and its advice say more than a long value between. */
  private static final int LONGEST_BEGINNING = 2_000;

  private static final int LONGEST_END = 1_000;

  private VisibleText() {}

  /** On one line. */
  public static String of(String text) {
    return isPlain(text) ? text : spelled(text, -1);
  }

  /** On one line, without the middle of a value that is too long to be read. */
  static String ofSentence(String text) {
    int cut = text.length() - LONGEST_END;
    return cut <= LONGEST_BEGINNING
        ? of(text)
        : of(text.substring(0, LONGEST_BEGINNING) + " \u2026 " + text.substring(cut));
  }

  /** Of several lines, whose ends stay. */
  public static String ofLines(String text) {
    return isPlain(text) ? text : spelled(text, '\n');
  }

  private static boolean isPlain(String text) {
    return text.codePoints().allMatch(VisibleText::isVisible);
  }

  private static String spelled(String text, int kept) {
    StringBuilder seen = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if (c == kept || isVisible(c)) {
                seen.appendCodePoint(c);
              } else {
                spell(c, seen);
              }
            });
    return seen.toString();
  }

  private static void spell(int codePoint, StringBuilder seen) {
    switch (codePoint) {
      case '\n' -> seen.append("\\n");
      case '\r' -> seen.append("\\r");
      case '\t' -> seen.append("\\t");
      default -> {
        for (char unit : Character.toChars(codePoint)) {
          seen.append("\\u%04x".formatted((int) unit));
        }
      }
    }
  }

  /** Joiners are part of words in Persian, Hindi and of pictures. */
  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      case Character.FORMAT -> codePoint == JOINER || codePoint == NON_JOINER;
      default -> true;
    };
  }
}
