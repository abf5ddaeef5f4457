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
  void theNormLeavesOutWhatStandsBehindTheGradient() {
    StepSums sums = new StepSums(20_000);
    sums.gradient().put(0, 3).put(19_999, 4);
    sums.putLoss(1e6);
    assertEquals(5, sums.norm());
  }
}
