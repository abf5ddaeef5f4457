package org.sparklora.answer;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.sparklora.generation.Stops;
import org.sparklora.text.TokenCodec;

/**
 * An answer's text while its tokens come: only what no later token can change is given out. Used by
 * one thread at a time, like its codec.
 */
final class AnswerText {
  /** The longest text that a family's code replaces, {@code <|blank_80|>}; blanks may be more. */
  private static final int LONGEST_RULE = 12;

  /** Where such a text may begin: {@code [[训练时间]]}, {@code <n>}, punctuation beside Han. */
  private static final String RULE_STARTS = "[<,!:;?";

  /** What some form changes. */
  private static final String CHANGED = " x\n [[训练时间]]你, ";

  private static final char INCOMPLETE = '\uFFFD';

  private final TokenCodec codec;
  private final UnaryOperator<String> shown;
  private final Stops stops;
  private final boolean changes;
  private String given = "";

  /**
   * @param shown what the prompt form makes of an answer
   */
  AnswerText(TokenCodec codec, UnaryOperator<String> shown, Stops stops) {
    this.codec = codec;
    this.shown = shown;
    this.stops = stops;
    this.changes = !shown.apply(CHANGED).equals(CHANGED);
  }

  /** What is new and will stay, of all ids so far. */
  String more(int... ids) {
    String text = codec.decodeSoFar(withoutEnd(ids));
    String safe = text.substring(0, end(stops.before(text)));
    return give(changes ? settled(shown.apply(safe)) : safe);
  }

  /** The rest, of all ids. */
  String rest(int... ids) {
    return give(shown.apply(stops.before(codec.decode(withoutEnd(ids)))));
  }

  /** All that was given out. */
  String given() {
    return given;
  }

  private String give(String text) {
    if (text.length() <= given.length() || !text.startsWith(given)) {
      return "";
    }
    String fresh = text.substring(given.length());
    given = text;
    return fresh;
  }

  private int[] withoutEnd(int... ids) {
    boolean ended = ids.length > 0 && stops.holds(ids[ids.length - 1]);
    return ended ? Arrays.copyOf(ids, ids.length - 1) : ids;
  }

  /** Before bytes of a character that is not whole, and before what may become a stop text. */
  private int end(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == INCOMPLETE) {
      end--;
    }
    int whole = end;
    return stops.texts().stream()
        .mapToInt(stop -> whole - beginning(stop, text, whole))
        .min()
        .orElse(whole);
  }

  /** How much of {@code stop} the text ends with. */
  private static int beginning(String stop, String text, int end) {
    int size = Math.min(stop.length() - 1, end);
    while (size > 0 && !text.startsWith(stop.substring(0, size), end - size)) {
      size--;
    }
    return size;
  }

  /** Without an end that more text may still change. */
  private static String settled(String text) {
    int end = text.length();
    while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    int from = Math.max(0, Math.min(end, text.length() - LONGEST_RULE));
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c) || RULE_STARTS.indexOf(c) >= 0) {
        return text.substring(0, i);
      }
    }
    return text.substring(0, end);
  }
}
