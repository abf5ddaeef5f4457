package org.sparklora.text.encoder;

import java.util.Arrays;

/** Words that are tokens as they stand, whatever the merges say ({@code ignore_merges}). */
public final class WholeWords {
  private static final int MAX_WORD = 1000; // bytes; the longest tokens are runs of spaces

  private final WordCache words;
  private final IdBuffer one = new IdBuffer();

  public WholeWords(int expected) {
    this.words = WordCache.ofAtLeast(expected);
  }

  public void put(byte[] word, int id) {
    if (word.length > 0 && word.length <= MAX_WORD) {
      one.clear();
      one.add(id);
      words.put(Arrays.copyOf(word, word.length + Utf8Buffer.SPARE), 0, word.length, one, 0);
    }
  }

  /** Adds the id of the word, if it is one; lookups change nothing. */
  public boolean find(byte[] text, int from, int length, IdBuffer ids) {
    return length <= MAX_WORD && words.find(text, from, length, ids);
  }
}
