package org.sparklora.prompt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.sparklora.text.TokenCodec;

/**
 * A rendered text and where each of its tokens stands in it. What the tokens stand for, one behind
 * another, is the text byte by byte, but for the blank that some families put before a text and for
 * whitespace that a token beside it takes in.
 *
 * <p>A lone blank of that kind counts to the token behind it. For one thread at a time.
 */
final class SpelledText {
  private final String text;
  private final int[] starts; // in UTF-8 bytes, by token
  private final int[] ends;
  private int character; // the place that was asked last
  private int offset; // the same in bytes

  private SpelledText(String text, int[] starts, int... ends) {
    this.text = text;
    this.starts = starts;
    this.ends = ends;
  }

  /** Empty where the tokens do not spell the text, which was normalized. */
  static Optional<SpelledText> of(String text, int[] ids, TokenCodec codec) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    int at = 0;
    for (int i = 0; i < ids.length; i++) {
      byte[] token = codec.spelling(ids[i]);
      int whole = start(token, 0, bytes, at);
      int start = whole >= 0 ? whole : start(token, 1, bytes, at);
      if (start < 0) {
        return Optional.empty();
      }
      if (i > 0 && ends[i - 1] > at) {
        starts[i - 1] = start; // a lone blank
        ends[i - 1] = start + 1;
      }
      at = start + token.length - (whole >= 0 ? 0 : 1);
      starts[i] = start;
      ends[i] = Math.max(at, start + 1);
    }
    return whitespaceEnd(bytes, at) == bytes.length
        ? Optional.of(new SpelledText(text, starts, ends))
        : Optional.empty();
  }

  /**
   * Where the token without its first {@code added} blanks stands from {@code at} on, behind
   * whitespace at most; −1 if it does not.
   */
  private static int start(byte[] token, int added, byte[] text, int at) {
    if (token.length == 0 || (added > 0 && token[0] != ' ')) {
      return -1;
    }
    int last = whitespaceEnd(text, at);
    for (int start = at; start <= last; start++) {
      if (stands(token, added, text, start) && (added == 0 || hasNoBlank(text, start))) {
        return start;
      }
    }
    return -1;
  }

  /** Beside a blank of the text itself it is not known which of the two was added. */
  private static boolean hasNoBlank(byte[] text, int at) {
    return (at == 0 || text[at - 1] != ' ') && (at == text.length || text[at] != ' ');
  }

  private static int whitespaceEnd(byte[] text, int from) {
    int at = from;
    while (at < text.length && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) {
      at++;
    }
    return at;
  }

  private static boolean stands(byte[] token, int from, byte[] text, int at) {
    int end = at + token.length - from;
    return end <= text.length && Arrays.equals(token, from, token.length, text, at, end);
  }

  /**
   * How many tokens lie before {@code place}, a character of the text; for the end of a label the
   * one that reaches over it counts too.
   */
  int tokensBefore(int place, boolean isEnd) {
    moveTo(place);
    int found = Arrays.binarySearch(ends, offset);
    int count = found >= 0 ? found : -found - 1;
    while (count < ends.length && ends[count] == offset) {
      count++;
    }
    return isEnd && count < ends.length && starts[count] < offset ? count + 1 : count;
  }

  private void moveTo(int place) {
    if (place < character) {
      character = 0;
      offset = 0;
    }
    while (character < place) {
      int c = text.codePointAt(character);
      character += Character.charCount(c);
      offset += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
  }
}
