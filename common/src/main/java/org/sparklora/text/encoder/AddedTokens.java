package org.sparklora.text.encoder;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Finds added tokens in a text, from left to right, preferring the longest.
 *
 * <p>A cursor rather than a visitor, so that the encoding of the text in between has a single call
 * site for the compiler to inline.
 */
public final class AddedTokens {
  private final ByteTrie trie;
  private final List<AddedToken> tokens;
  private final boolean passesOverSpecial;
  private final boolean[] starts = new boolean[256];
  private int begin;
  private int matchEnd;
  private AddedToken token;
  private int start; // with the spaces that the token absorbs
  private int end;
  private int textStart;
  private int textEnd;
  private boolean foundAfterText;

  private AddedTokens(SortedMap<byte[], AddedToken> byPattern, boolean passesOverSpecial) {
    this.trie = ByteTrie.of(List.copyOf(byPattern.keySet()));
    this.tokens = new ArrayList<>(byPattern.values());
    this.passesOverSpecial = passesOverSpecial;
    byPattern.keySet().forEach(pattern -> starts[pattern[0] & 0xff] = true);
  }

  /**
   * Of tokens that look the same in the text, the first special one counts, or else the first.
   *
   * @param look what the text of a token looks like in the texts to search
   * @param passesOverSpecial whether special tokens stay text, as far as they reach
   */
  public static AddedTokens of(
      List<AddedToken> tokens, UnaryOperator<String> look, boolean passesOverSpecial) {
    SortedMap<byte[], AddedToken> byPattern = new TreeMap<>(Arrays::compareUnsigned);
    tokens.stream()
        .sorted(Comparator.comparing(token -> !token.special()))
        .forEach(
            token ->
                byPattern.putIfAbsent(
                    look.apply(token.content()).getBytes(StandardCharsets.UTF_8), token));
    return new AddedTokens(byPattern, passesOverSpecial);
  }

  /** Moves to the start of a text. */
  public void rewind(int from) {
    begin = from;
    matchEnd = from;
    end = from;
    foundAfterText = false;
  }

  /**
   * Moves to the next text without tokens, never an empty one, and adds the ids of the tokens that
   * it passes; false if there is no more of it before {@code to}. A token may begin among blanks
   * that the one before has absorbed.
   */
  public boolean nextText(byte[] text, int to, IdBuffer ids) {
    do {
      if (foundAfterText) {
        ids.add(token.id());
      }
      textStart = end;
      foundAfterText = next(text, to);
      textEnd = foundAfterText ? start : to;
    } while (foundAfterText && textEnd <= textStart);
    if (!foundAfterText) {
      matchEnd = to;
      end = to;
    }
    return textEnd > textStart;
  }

  public int textStart() {
    return textStart;
  }

  public int textEnd() {
    return textEnd;
  }

  /** Moves to the next token before {@code to}; false if there is none. */
  private boolean next(byte[] text, int to) {
    int at = tokens.isEmpty() ? to : matchEnd;
    while (at < to) {
      int match = starts[text[at] & 0xff] ? longest(text, at, to) : -1;
      if (match < 0) {
        at++;
      } else if (counts(tokens.get(match), text, at, to)) {
        take(tokens.get(match), text, at, to);
        return true;
      } else {
        at = matchEnd;
      }
    }
    return false;
  }

  private void take(AddedToken found, byte[] text, int at, int to) {
    token = found;
    start = token.lstrip() ? Math.max(end, blanksStart(text, end, at)) : at;
    end =
        token.rstrip()
            ? CharacterClasses.runEnd(text, matchEnd, to, CharacterClasses.SPACE)
            : matchEnd;
  }

  private boolean counts(AddedToken found, byte[] text, int at, int to) {
    if (passesOverSpecial && found.special()) {
      return false;
    }
    boolean insideWord =
        found.singleWord()
            && ((at > begin && WordCharacters.contain(codePointBefore(text, at)))
                || (matchEnd < to && WordCharacters.contain(Utf8.codePoint(text, matchEnd))));
    return !insideWord;
  }

  private int longest(byte[] text, int from, int to) {
    long longest = trie.longest(text, from, to);
    if (longest == 0) {
      return -1;
    }
    matchEnd = from + (int) (longest >>> 32);
    return (int) longest;
  }

  private static int blanksStart(byte[] text, int from, int to) {
    int start = to;
    while (start > from) {
      int before = startBefore(text, start);
      if (CharacterClasses.at(text, before) != CharacterClasses.SPACE) {
        break;
      }
      start = before;
    }
    return start;
  }

  private static int codePointBefore(byte[] text, int at) {
    return Utf8.codePoint(text, startBefore(text, at));
  }

  private static int startBefore(byte[] text, int at) {
    int before = at - 1;
    while (!Utf8.isStart(text[before])) {
      before--;
    }
    return before;
  }
}
