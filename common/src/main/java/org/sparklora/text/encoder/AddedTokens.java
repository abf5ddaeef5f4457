package org.sparklora.text.encoder;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds added tokens in a text, from left to right, the longest first. */
final class AddedTokens {
  /** Takes the parts of a text in their order. */
  interface Parts {
    void text(byte[] text, int from, int to);

    void token(int id);
  }

  private final ByteTrie trie;
  private final List<AddedToken> tokens = new ArrayList<>();
  private final boolean[] starts = new boolean[256];
  private int matchEnd;

  /** Tokens by what is looked for in the text. */
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

  /** Cuts the text at every added token. */
  void cut(byte[] text, int from, int to, Parts parts) {
    int done = from;
    for (int at = from; at < to && !tokens.isEmpty(); ) {
      int match = starts[text[at] & 0xff] ? longest(text, at, to) : -1;
      if (match < 0) {
        at++;
        continue;
      }
      AddedToken token = tokens.get(match);
      int start = token.lstrip() ? Math.max(done, blanksStart(text, from, at)) : at;
      if (start > done) {
        parts.text(text, done, start);
      }
      parts.token(token.id());
      at = matchEnd;
      done = token.rstrip() ? Runs.end(text, at, to, CharacterClasses.SPACE) : at;
    }
    if (done < to) {
      parts.text(text, done, to);
    }
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
