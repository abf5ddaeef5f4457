package org.sparklora.text.bytelevel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sparklora.text.encoder.ByteTrie;
import org.sparklora.text.encoder.Utf8;

/**
 * Finds added tokens in a text, from left to right, preferring the longest.
 *
 * <p>A cursor rather than a visitor, so that the encoding of the text in between has a single call
 * site for the compiler to inline.
 */
final class AddedTokens {
  private final ByteTrie trie;
  private final List<AddedToken> tokens = new ArrayList<>();
  private final boolean[] starts = new boolean[256];
  private int matchEnd;
  private AddedToken token;
  private int start;
  private int end;

  /** Takes tokens by the pattern to match in the text. */
  AddedTokens(SortedMap<byte[], AddedToken> byPattern) {
    trie = ByteTrie.of(List.copyOf(byPattern.keySet()));
    tokens.addAll(byPattern.values());
    byPattern.keySet().forEach(pattern -> starts[pattern[0] & 0xff] = true);
  }

  static SortedMap<byte[], AddedToken> noPatterns() {
    return new TreeMap<>(Arrays::compareUnsigned);
  }

  static byte[] pattern(String content) {
    return content.getBytes(StandardCharsets.UTF_8);
  }

  /** Moves to the start of a text. */
  void rewind(int from) {
    matchEnd = from;
    end = from;
  }

  /** Moves to the next token before {@code to}; false if there is none. */
  boolean next(byte[] text, int to) {
    for (int at = matchEnd; at < to && !tokens.isEmpty(); at++) {
      int match = starts[text[at] & 0xff] ? longest(text, at, to) : -1;
      if (match >= 0) {
        token = tokens.get(match);
        start = token.lstrip() ? Math.max(end, blanksStart(text, end, at)) : at;
        end = token.rstrip() ? Runs.end(text, matchEnd, to, CharacterClasses.SPACE) : matchEnd;
        return true;
      }
    }
    return false;
  }

  int id() {
    return token.id();
  }

  /** Start of the token, including the spaces it absorbs. */
  int start() {
    return start;
  }

  /** End of the token, including the spaces it absorbs; initially the start of the text. */
  int end() {
    return end;
  }

  private int longest(byte[] text, int from, int to) {
    int found = -1;
    int node = ByteTrie.ROOT;
    for (int at = from; at < to; at++) {
      node = trie.next(node, text[at]);
      if (node == ByteTrie.NO_NODE) {
        break;
      }
      if (trie.key(node) >= 0) {
        found = trie.key(node);
        matchEnd = at + 1;
      }
    }
    return found;
  }

  private static int blanksStart(byte[] text, int from, int to) {
    int start = to;
    while (start > from) {
      int before = start - 1;
      while (!Utf8.isStart(text[before])) {
        before--;
      }
      if (Runs.classAt(text, before) != CharacterClasses.SPACE) {
        break;
      }
      start = before;
    }
    return start;
  }
}
