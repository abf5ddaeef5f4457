package org.sparklora.near;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TestNearText {
  @Test
  void widthBlanksAndCaseMakeNoDifference() {
    NearText text = NearText.of("Six short words are  here now");
    for (String same :
        List.of(
            "\u3000six SHORT words\nare here\tnow ",
            "Ｓｉｘ short\u00a0words are\u2028here now\u001c")) {
      assertEquals(text.id(), NearText.of(same).id());
      assertEquals(1, text.jaccard(NearText.of(same)));
    }
    assertNotEquals(text.id(), NearText.of("Six short words are here now.").id());
  }

  @Test
  void shinglesAreFiveWordsOrFiveCharactersOfHanText() {
    assertEquals(2, NearText.of("one two three four five six").shingles().length);
    assertEquals(1, NearText.of("one two three four five").shingles().length);
    assertEquals(1, NearText.of("").shingles().length);
    assertEquals(3, NearText.of("今天 天气很好吗").shingles().length);
    // Two letters of four are Han.
    assertEquals(4, NearText.of("今天 ab 1234").shingles().length);
    assertEquals(1, NearText.of("今天 abc 1234").shingles().length);
  }

  @Test
  void jaccardIsOfSets() {
    NearText one = NearText.of("a b c d e f g");
    NearText other = NearText.of("a b c d e f h");
    assertEquals(0.5, one.jaccard(other));
    assertEquals(0, one.jaccard(NearText.of("x y z")));
    assertEquals(
        1, NearText.of("a b c d e a b c d e a").jaccard(NearText.of("a b c d e a b c d e")), 0.3);
  }

  @Test
  void nearTextsShareAKeyAndOthersHardlyEver() {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      words.add("w" + i * 7919);
    }
    NearText text = NearText.of(String.join(" ", words));
    words.set(59, "other");
    words.set(58, "another");
    assertTrue(shared(text, NearText.of(String.join(" ", words))) > 10);
    Set<Long> keys = new HashSet<>();
    Arrays.stream(MinHash.keys(text)).forEach(keys::add);
    assertEquals(MinHash.BANDS, keys.size());
    assertEquals(0, shared(text, NearText.of("something else that shares no shingle with it")));
  }

  @Test
  void aBucketComparesWithABoundedNumberOfTexts() {
    Bucket bucket = new Bucket(0.8);
    NearText first = NearText.of("a b c d e f g h i j k l m n o");
    assertEquals(List.of(), bucket.add(first));
    assertEquals(List.of(), bucket.add(first), "equal texts are one");
    assertEquals(List.of(first.id()), bucket.add(NearText.of("a b c d e f g h i j k l m n x")));
    for (int i = 0; i < 1000; i++) {
      assertTrue(
          bucket.add(NearText.of("a b c d e f g h i j k l m n %d".formatted(i))).size() <= 64);
    }
  }

  private static int shared(NearText one, NearText other) {
    long[] ours = MinHash.keys(one);
    long[] theirs = MinHash.keys(other);
    int shared = 0;
    for (int band = 0; band < ours.length; band++) {
      shared += ours[band] == theirs[band] ? 1 : 0;
    }
    return shared;
  }
}
