package org.sparklora.text.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TestWordCache {
  private final IdBuffer ids = new IdBuffer();

  @Test
  void findsWordsOfAnyLengthWithTheirIds() {
    WordCache cache = new WordCache(8);
    for (int length = 1; length <= WordCache.MAX_WORD; length++) {
      put(cache, "x".repeat(length), length, length + 1, length + 2);
    }
    for (int length = 1; length <= WordCache.MAX_WORD; length++) {
      assertTrue(find(cache, "x".repeat(length)));
      assertArrayEquals(new int[] {length, length + 1, length + 2}, ids.toArray());
    }
  }

  @Test
  void zerosAtTheEndBelongToTheWord() {
    WordCache cache = new WordCache(8);
    put(cache, "a", 1);
    assertFalse(find(cache, "a\0"));
    put(cache, "a\0", 2);
    assertTrue(find(cache, "a"));
    assertArrayEquals(new int[] {1}, ids.toArray());
  }

  @Test
  void startsAgainWhenItIsFull() {
    WordCache cache = new WordCache(4);
    for (int word = 0; word < 100; word++) {
      put(cache, "word" + word, word);
      assertTrue(find(cache, "word" + word));
      assertEquals(word, ids.id(0));
    }
    assertFalse(find(cache, "word0"));
  }

  @Test
  void holdsAsManyWordsAsAskedFor() {
    WordCache cache = WordCache.ofAtLeast(1000);
    for (int word = 0; word < 1000; word++) {
      put(cache, "word" + word, word);
    }
    for (int word = 0; word < 1000; word++) {
      assertTrue(find(cache, "word" + word));
    }
  }

  private void put(WordCache cache, String word, int... wordIds) {
    ids.clear();
    Arrays.stream(wordIds).forEach(ids::add);
    byte[] text = padded(word);
    cache.put(text, 1, word.length(), ids, 0);
  }

  private boolean find(WordCache cache, String word) {
    ids.clear();
    return cache.find(padded(word), 1, word.length(), ids);
  }

  /** The word between other bytes. */
  private static byte[] padded(String word) {
    return ("<" + word + ">>>>>>>>").getBytes(StandardCharsets.UTF_8);
  }
}
