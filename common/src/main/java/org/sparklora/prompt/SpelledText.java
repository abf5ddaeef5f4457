package org.sparklora.prompt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.sparklora.text.encoder.Spellings;

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
  static Optional<SpelledText> of(String text, int[] ids, Spellings tokens) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    int at = 0;
    for (int i = 0; i < ids.length; i++) {
      int whole = start(tokens, ids[i], 0, bytes, at);
      int start = whole >= 0 ? whole : start(tokens, ids[i], 1, bytes, at);
      if (start < 0) {
        return Optional.empty();
      }
      if (i > 0 && ends[i - 1] > at) {
        starts[i - 1] = start; // a lone blank
        ends[i - 1] = start + 1;
      }
      at = start + tokens.length(ids[i]) - (whole >= 0 ? 0 : 1);
      starts[i] = start;
      ends[i] = Math.max(at, start + 1);
    }
    while (at < bytes.length && isWhitespace(bytes[at])) {
      at++;
    }
    return at == bytes.length ? Optional.of(new SpelledText(text, starts, ends)) : Optional.empty();
  }

  /**
   * Where the token without its first {@code added} blanks stands from {@code at} on, behind
   * whitespace at most; −1 if it does not.
   */
  private static int start(Spellings tokens, int id, int added, byte[] text, int at) {
    if (tokens.length(id) == 0 || (added > 0 && tokens.first(id) != ' ')) {
      return -1;
    }
    int start = at;
    while (!tokens.stands(id, added, text, start) || (added > 0 && !hasNoBlank(text, start))) {
      if (start == text.length || !isWhitespace(text[start])) {
        return -1;
      }
      start++;
    }
    return start;
  }

  /** Beside a blank of the text itself it is not known which of the two was added. */
  private static boolean hasNoBlank(byte[] text, int at) {
    return (at == 0 || text[at - 1] != ' ') && (at == text.length || text[at] != ' ');
  }

  private static boolean isWhitespace(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
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
