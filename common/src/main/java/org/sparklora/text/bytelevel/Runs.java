package org.sparklora.text.bytelevel;

import static org.sparklora.text.bytelevel.CharacterClasses.SPACE;

import org.sparklora.text.encoder.Utf8;

/** Runs of characters of one class, as both word patterns need them. */
final class Runs {
  private Runs() {}

  static byte classAt(byte[] text, int at) {
    return CharacterClasses.of(Utf8.codePoint(text, at));
  }

  /** End of the run of {@code kind} that starts at {@code from}. */
  static int end(byte[] text, int from, int to, byte kind) {
    int at = from;
    while (at < to) {
      byte b = text[at];
      if (b >= 0) {
        if (CharacterClasses.of(b) != kind) {
          break;
        }
        at++;
      } else {
        if (classAt(text, at) != kind) {
          break;
        }
        at += Utf8.length(b);
      }
    }
    return at;
  }

  static int lineBreaksEnd(byte[] text, int from, int to) {
    int at = from;
    while (at < to && isLineBreak(text[at])) {
      at++;
    }
    return at;
  }

  static boolean isLineBreak(byte b) {
    return b == '\n' || b == '\r';
  }

  /** {@code \s+(?!\S)|\s+}: a run of whitespace leaves its last character to the next word. */
  static int blanksEnd(byte[] text, int from, int to) {
    int end = end(text, from, to, SPACE);
    if (end == to) {
      return end;
    }
    int last = end - 1;
    while (!Utf8.isStart(text[last])) {
      last--;
    }
    return last > from ? last : end;
  }
}
