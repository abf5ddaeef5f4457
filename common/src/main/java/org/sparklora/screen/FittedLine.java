package org.sparklora.screen;

import org.jline.utils.WCWidth;

/** A line as it fits into the columns of a terminal, where characters of Han take two. */
final class FittedLine {
  private static final String CUT = "\u2026";

  private FittedLine() {}

  /** Without its middle where it is too wide: the name begins it, the time left ends it. */
  static String of(String line, int columns) {
    if (columns(line) <= columns) {
      return line;
    }
    int room = Math.max(0, columns - 1);
    int head = 0;
    int width = 0;
    while (head < line.length() && width + columns(line.codePointAt(head)) <= room / 3) {
      width += columns(line.codePointAt(head));
      head += Character.charCount(line.codePointAt(head));
    }
    int tail = line.length();
    while (tail > head && width + columns(line.codePointBefore(tail)) <= room) {
      width += columns(line.codePointBefore(tail));
      tail -= Character.charCount(line.codePointBefore(tail));
    }
    return line.substring(0, head) + CUT + line.substring(tail);
  }

  private static int columns(String line) {
    return line.codePoints().map(FittedLine::columns).sum();
  }

  private static int columns(int codePoint) {
    return Math.max(0, WCWidth.wcwidth(codePoint));
  }
}
