package org.sparklora.text.bytelevel;

import static org.sparklora.text.encoder.CharacterClasses.SPACE;

import org.sparklora.text.encoder.CharacterClasses;
import org.sparklora.text.encoder.Utf8;

/** Runs of whitespace, as the word patterns need them. */
final class Runs {
  private Runs() {}

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
    int end = CharacterClasses.runEnd(text, from, to, SPACE);
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
