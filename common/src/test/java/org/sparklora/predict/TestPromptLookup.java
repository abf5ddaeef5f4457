package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class TestPromptLookup {
  @Test
  void goesOnAsAfterTheSameTokensBefore() {
    assertArrayEquals(new int[] {4, 5, 6}, after(3, 9, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3));
  }

  @Test
  void prefersTheLongerMatchToTheLater() {
    assertArrayEquals(new int[] {4}, after(1, 1, 2, 3, 4, 8, 2, 3, 5, 1, 2, 3));
  }

  @Test
  void prefersTheLaterOfEqualMatches() {
    assertArrayEquals(new int[] {5, 8}, after(2, 8, 2, 3, 4, 8, 2, 3, 5, 8, 2, 3));
  }

  @Test
  void matchesAreAsLongAsWanted() {
    int[] ids = {5, 6, 7, 8, 5, 6};
    assertArrayEquals(new int[] {7}, PromptLookup.continuation(ids, 6, 1, 1));
    assertArrayEquals(new int[] {7}, PromptLookup.continuation(ids, 6, 1, 2));
    assertArrayEquals(new int[0], PromptLookup.continuation(ids, 6, 1, 3));
    int[] single = {9, 6, 7, 8, 5, 6};
    assertArrayEquals(new int[] {7}, PromptLookup.continuation(single, 6, 1, 1));
    assertArrayEquals(new int[0], PromptLookup.continuation(single, 6, 1, 2));
  }

  @Test
  void repeatsWhatReachesTheEnd() {
    assertArrayEquals(new int[] {1, 2, 1, 2, 1}, after(5, 9, 1, 2, 1, 2));
    assertArrayEquals(new int[] {4, 4, 4, 4}, after(4, 4, 4, 4));
  }

  @Test
  void proposesNothingForNewOrShortTexts() {
    assertArrayEquals(new int[0], after(4, 1, 2, 3, 4, 5));
    assertArrayEquals(new int[0], after(4, 1));
    assertArrayEquals(new int[0], after(4, 1, 2));
    assertArrayEquals(new int[0], after(0, 1, 2, 3, 1, 2));
  }

  @Test
  void looksAtNothingBehindTheLength() {
    assertArrayEquals(
        new int[] {3}, PromptLookup.continuation(new int[] {1, 2, 3, 1, 2, 4, 1, 2, 5}, 5, 1, 2));
  }

  private static int[] after(int most, int... ids) {
    return PromptLookup.continuation(ids, ids.length, most, 2);
  }
}
