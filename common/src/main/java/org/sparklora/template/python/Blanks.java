package org.sparklora.template.python;

import java.util.ArrayList;
import java.util.List;

/** White space as Python's {@code str} sees it: stripping, words and lines. */
public final class Blanks {
  private Blanks() {}

  /** {@code str.isspace} of one character; all of them lie in the basic plane. */
  public static boolean isBlank(int c) {
    if (c <= ' ') {
      return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    }
    return c >= 0x85
        && (c == 0x85
            || c == 0xa0
            || c == 0x1680
            || (c >= 0x2000 && c <= 0x200a)
            || c == 0x2028
            || c == 0x2029
            || c == 0x202f
            || c == 0x205f
            || c == 0x3000);
  }

  public static String strip(String text) {
    return strip(text, null, true, true);
  }

  /** Strips blanks, or the characters of {@code set}, at the start and at the end. */
  public static String strip(String text, String set, boolean atStart, boolean atEnd) {
    int start = 0;
    int end = text.length();
    while (atStart && start < end) {
      int c = text.codePointAt(start);
      if (!isOne(c, set)) {
        break;
      }
      start += Character.charCount(c);
    }
    while (atEnd && end > start) {
      int c = text.codePointBefore(end);
      if (!isOne(c, set)) {
        break;
      }
      end -= Character.charCount(c);
    }
    return text.substring(start, end);
  }

  private static boolean isOne(int c, String set) {
    return set == null ? isBlank(c) : set.indexOf(c) >= 0;
  }

  /** {@code text.split(None, most)}, or {@code rsplit}: words between blanks; −1 is all. */
  static List<Object> words(String text, long most, boolean fromEnd) {
    if (fromEnd && most >= 0) {
      return lastWords(text, most);
    }
    List<Object> words = new ArrayList<>();
    int at = skip(text, 0, true);
    while (at < text.length()) {
      if (words.size() == most) {
        words.add(text.substring(at));
        return words;
      }
      int end = skip(text, at, false);
      words.add(text.substring(at, end));
      at = skip(text, end, true);
    }
    return words;
  }

  private static int skip(String text, int from, boolean blanks) {
    int at = from;
    while (at < text.length() && isBlank(text.charAt(at)) == blanks) {
      at++;
    }
    return at;
  }

  private static List<Object> lastWords(String text, long most) {
    List<Object> words = new ArrayList<>();
    String rest = strip(text, null, false, true);
    while (!rest.isEmpty()) {
      if (words.size() == most) {
        words.add(0, rest);
        return words;
      }
      int start = rest.length();
      while (start > 0 && !isBlank(rest.charAt(start - 1))) {
        start--;
      }
      words.add(0, rest.substring(start));
      rest = strip(rest.substring(0, start), null, false, true);
    }
    return words;
  }

  /** {@code text.splitlines(keepEnds)}. */
  public static List<Object> lines(String text, boolean keepEnds) {
    List<Object> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!endsLine(text.charAt(i))) {
        continue;
      }
      boolean pair = text.startsWith("\r\n", i);
      int next = i + (pair ? 2 : 1);
      lines.add(text.substring(start, keepEnds ? next : i));
      start = next;
      i = next - 1;
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  private static boolean endsLine(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }
}
