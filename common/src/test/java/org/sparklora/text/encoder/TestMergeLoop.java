package org.sparklora.text.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TestMergeLoop {
  @Test
  void mergesTheLowestRankFirst() {
    MergeTable merges = new MergeTable(2);
    merges.put(1, 2, 1, 12);
    merges.put(2, 3, 0, 23);
    merges.put(1, 23, 2, 123);
    int[] row = {1, 2, 3, 1, 2};
    assertEquals(2, new MergeLoop(merges).merge(row, 5));
    assertArrayEquals(new int[] {123, 12}, Arrays.copyOf(row, 2));
  }

  @Test
  void mergesTheLeftmostOfEqualPairsFirst() {
    MergeTable merges = new MergeTable(1);
    merges.put(1, 1, 0, 2);
    int[] row = {1, 1, 1, 1, 1};
    assertEquals(3, new MergeLoop(merges).merge(row, 5));
    assertArrayEquals(new int[] {2, 2, 1}, Arrays.copyOf(row, 3));
  }

  @Test
  void longRowsMergeLikeShortOnes() {
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      MergeTable merges = randomMerges(random);
      int[] shortRow = random.ints(random.nextInt(1, 48), 0, 4).toArray();
      int[] longRow = shortRow.clone();
      int count = new MergeLoop(merges).merge(shortRow, shortRow.length);
      assertEquals(count, new LongWordMerges(merges).merge(longRow, longRow.length));
      assertArrayEquals(Arrays.copyOf(shortRow, count), Arrays.copyOf(longRow, count));
    }
  }

  @Test
  void tableKeepsWhatWasPutLastAndGrows() {
    MergeTable merges = new MergeTable(1);
    for (int i = 0; i < 10_000; i++) {
      merges.put(i, i + 1, 7, 7);
      merges.put(i, i + 1, i, 2 * i);
    }
    for (int i = 0; i < 10_000; i++) {
      assertEquals(((long) i << 32) | (2L * i), merges.find(i, i + 1));
      assertEquals(MergeTable.NONE, merges.find(i, i + 2));
    }
  }

  /** Merges of symbols whose texts are rows of the first four, so that ids and texts agree. */
  private static MergeTable randomMerges(Random random) {
    MergeTable merges = new MergeTable(40);
    for (int rank = 0; rank < 40; rank++) {
      int symbols = 4 + rank;
      merges.put(random.nextInt(symbols), random.nextInt(symbols), rank, 4 + rank);
    }
    return merges;
  }
}
