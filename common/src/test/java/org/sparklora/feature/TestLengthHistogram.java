package org.sparklora.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.feature.LengthHistogram.Bucket;
import org.sparklora.feature.LengthHistogram.Tally;

class TestLengthHistogram {
  @Test
  void bucketsDouble() {
    Tally tally = new Tally();
    for (int length : new int[] {1, 2, 3, 4, 5, 8, 9, 128, 129}) {
      tally.add(length);
    }
    LengthHistogram histogram = tally.histogram();
    assertEquals(
        List.of(
            new Bucket(1, 1),
            new Bucket(2, 1),
            new Bucket(4, 2),
            new Bucket(8, 2),
            new Bucket(16, 1),
            new Bucket(128, 1),
            new Bucket(256, 1)),
        histogram.buckets());
    assertEquals(289, histogram.tokens());
    assertEquals(129, histogram.longest());
    assertEquals(9, histogram.rows());
  }

  @Test
  void talliesAddUp() {
    Tally whole = new Tally();
    Tally parts = new Tally();
    for (int length = 1; length < 300; length++) {
      whole.add(length);
      Tally one = new Tally();
      one.add(length);
      parts.add(one.histogram());
    }
    assertEquals(whole.histogram(), parts.histogram());
  }

  @Test
  void hugeLengthsHaveABucket() {
    Tally tally = new Tally();
    tally.add(Integer.MAX_VALUE);
    assertEquals(List.of(new Bucket(1 << 30, 1)), tally.histogram().buckets());
    assertEquals(LengthHistogram.empty(), new Tally().histogram());
  }
}
