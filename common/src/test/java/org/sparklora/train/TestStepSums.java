package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TestStepSums {
  @Test
  void gradientThatIsNotFiniteIsSeen() {
    StepSums sums = new StepSums(20_000);
    assertTrue(Double.isFinite(sums.norm()));
    sums.gradient().put(5, Float.POSITIVE_INFINITY);
    assertFalse(Double.isFinite(sums.norm()));
    sums.gradient().put(5, Float.NaN);
    assertFalse(Double.isFinite(sums.norm()));
  }

  @Test
  void partsHoldEveryNumberOnceAndTheLastWhatStandsBehindThem() {
    for (int atOnce : new int[] {1, 7, 10, 11, 1000}) {
      StepSums sums = new StepSums(10);
      sums.putLoss(99);
      int numbers = 0;
      for (StepSums.Part part : sums.parts(atOnce)) {
        assertEquals(numbers, part.from());
        numbers += part.gradient().remaining();
        part.gradient().put(0, numbers);
        assertEquals(numbers, part.bytes().asFloatBuffer().get(0));
        assertEquals(numbers, sums.gradient().get(part.from()));
        boolean last = numbers == 10;
        assertEquals(last, part.isLast());
        assertEquals(
            part.gradient().remaining() + (last ? StepSums.Tail.values().length : 0),
            part.bytes().remaining() / Float.BYTES);
        assertTrue(!last || part.bytes().asFloatBuffer().get(part.gradient().remaining()) == 99);
      }
      assertEquals(10, numbers);
    }
  }

  @Test
  void theNormLeavesOutWhatStandsBehindTheGradient() {
    StepSums sums = new StepSums(20_000);
    sums.gradient().put(0, 3).put(19_999, 4);
    sums.putLoss(1e6);
    assertEquals(5, sums.norm());
  }
}
