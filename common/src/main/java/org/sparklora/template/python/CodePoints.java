package org.sparklora.template.python;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Texts as sequences of code points, not of UTF-16 units. */
public final class CodePoints {
  private CodePoints() {}

  public static Iterator<Object> each(String text) {
    return text.codePoints().<Object>mapToObj(Character::toString).iterator();
  }

  /** The code point at {@code index}, which may count from the end; null outside. */
  public static String at(String text, long index) {
    if (index >= 0 && index < text.length() && isPlain(text)) {
      return String.valueOf(text.charAt((int) index));
    }
    long length = Sizes.length(text);
    long place = index < 0 ? index + length : index;
    if (place < 0 || place >= length) {
      return null;
    }
    return Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) place)));
  }

  public static String slice(String text, Object start, Object stop, Object step) {
    int length = (int) Sizes.length(text);
    Slice slice = Slice.of(start, stop, step, length);
    if (slice.step() == 1) {
      int from = text.offsetByCodePoints(0, slice.start());
      return text.substring(
          from, text.offsetByCodePoints(from, Math.max(0, slice.stop() - slice.start())));
    }
    int[] points = text.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    slice.each(i -> out.appendCodePoint(points[i]));
    return out.toString();
  }

  /** By code points, as Python orders texts. */
  public static int compare(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean sameKind = Character.isSurrogate(x) == Character.isSurrogate(y);
        return sameKind ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  public static <T> List<T> slice(List<T> items, Object start, Object stop, Object step) {
    List<T> out = new ArrayList<>();
    Slice.of(start, stop, step, items.size()).each(i -> out.add(items.get(i)));
    return out;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
