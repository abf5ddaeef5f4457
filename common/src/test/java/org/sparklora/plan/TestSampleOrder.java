package org.sparklora.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class TestSampleOrder {
  @Test
  void everyEpochIsAPermutationThatTurnsBack() {
    for (long rows : new long[] {1, 2, 3, 7, 64, 65, 1000, 4097}) {
      SampleOrder order = SampleOrder.shuffled(42, rows);
      for (long epoch = 0; epoch < 3; epoch++) {
        BitSet seen = new BitSet();
        for (long row = 0; row < rows; row++) {
          long place = order.placeOf(epoch, row);
          assertTrue(place >= 0 && place < rows);
          assertEquals(row, order.rowAt(epoch, place));
          seen.set((int) place);
        }
        assertEquals(rows, seen.cardinality());
      }
    }
  }

  @Test
  void turnsBackInTheLargestTables() {
    long rows = (1L << 40) + 12345;
    SampleOrder order = SampleOrder.shuffled(7, rows);
    for (long row : new long[] {0, 1, 123_456_789_012L, rows - 1}) {
      long place = order.placeOf(5, row);
      assertTrue(place >= 0 && place < rows);
      assertEquals(row, order.rowAt(5, place));
    }
  }

  @Test
  void epochsAndSeedsDiffer() {
    SampleOrder order = SampleOrder.shuffled(1, 10_000);
    SampleOrder other = SampleOrder.shuffled(2, 10_000);
    int sameInNextEpoch = 0;
    int sameWithOtherSeed = 0;
    for (long row = 0; row < 10_000; row++) {
      sameInNextEpoch += order.placeOf(0, row) == order.placeOf(1, row) ? 1 : 0;
      sameWithOtherSeed += order.placeOf(0, row) == other.placeOf(0, row) ? 1 : 0;
    }
    // a random pair of permutations agrees in 1 place on average
    assertTrue(sameInNextEpoch < 10, "same places: " + sameInNextEpoch);
    assertTrue(sameWithOtherSeed < 10, "same places: " + sameWithOtherSeed);
    assertNotEquals(order, other);
  }

  @Test
  void neighboursAreSpreadEvenly() {
    // chi-squared over 16 × 16 cells of (sixteenth of the table, sixteenth of the epoch)
    int rows = 65_536;
    SampleOrder order = SampleOrder.shuffled(3, rows);
    int[] cells = new int[256];
    for (int row = 0; row < rows; row++) {
      cells[row / 4096 * 16 + (int) order.placeOf(0, row) / 4096]++;
    }
    double chi = 0;
    for (int cell : cells) {
      chi += (cell - 256.0) * (cell - 256.0) / 256.0;
    }
    // 225 degrees of freedom: mean 225, standard deviation 21
    assertTrue(chi < 225 + 5 * 21, "chi squared " + chi);
  }

  @Test
  void fileOrderIsTheTablesOwn() {
    assertEquals(17, SampleOrder.file().placeOf(3, 17));
    assertEquals(17, SampleOrder.file().rowAt(3, 17));
  }

  @Test
  void anEmptyTableHasNoOrder() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> SampleOrder.shuffled(1, 0));
    assertEquals("an order needs rows: 0", e.getMessage());
  }
}
