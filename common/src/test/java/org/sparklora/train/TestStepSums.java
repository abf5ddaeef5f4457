package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestStepSums {
  private static final int BEHIND = StepSums.Tail.values().length;
  private static final int OF_A_RANK = 2 * RankShare.NUMBERS;

  @Test
  void gradientThatIsNotFiniteIsSeen() {
    StepSums sums = new StepSums(20_000, 1);
    assertTrue(Double.isFinite(sums.norm()));
    sums.gradient().put(5, Float.POSITIVE_INFINITY);
    assertFalse(Double.isFinite(sums.norm()));
    sums.gradient().put(5, Float.NaN);
    assertFalse(Double.isFinite(sums.norm()));
  }

  @Test
  void partsHoldEveryNumberOnceAndTheLastWhatStandsBehindThem() {
    for (int atOnce : new int[] {1, 7, 10, 11, 1000}) {
      StepSums sums = new StepSums(10, 3);
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
            part.gradient().remaining() + (last ? BEHIND + 3 * OF_A_RANK : 0),
            part.bytes().remaining() / Float.BYTES);
        assertTrue(!last || part.bytes().asFloatBuffer().get(part.gradient().remaining()) == 99);
      }
      assertEquals(10, numbers);
    }
  }

  @Test
  void everyRanksShareTravelsWholeBehindTheGradient() {
    double odd = 1 / 3.0;
    List<RankShare> shares =
        List.of(
            new RankShare("a", 1, 2, 3.5, 4, 5, 6, 7, 8, 9),
            new RankShare("höst", 50, 123_456_789L, odd, 0, 1e-9, 2e6, 7, 40_000, 61_234_567_890L),
            new RankShare("c", 0, 0, 0, 0, 0, 0, 0, 0, 0));
    int size = 10;
    float[] sum = new float[size + BEHIND + 3 * OF_A_RANK];
    StepSums sums = new StepSums(size, 3);
    for (int rank = 0; rank < 3; rank++) {
      sums.clearTail();
      sums.put(rank, shares.get(rank));
      FloatBuffer floats = sums.parts(1000).get(0).bytes().asFloatBuffer();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += floats.get(i);
      }
    }
    sums.parts(1000).get(0).bytes().asFloatBuffer().put(sum);
    for (int rank = 0; rank < 3; rank++) {
      RankShare share = shares.get(rank);
      RankShare told = sums.share(rank, share.host());
      assertEquals(share.seconds(), told.seconds(), 1e-14);
      assertEquals(share.computing(), told.computing(), 1e-20);
      assertEquals(share.tokens(), told.tokens());
      assertEquals(share.memory(), told.memory());
      assertEquals(share.longestStep(), told.longestStep());
      assertEquals(share.host(), told.host());
    }
    assertEquals(shares.get(0), sums.share(0, "a"));
    sums.clearTail();
    assertEquals(shares.get(2), sums.share(1, "c"));
  }

  @Test
  void theNormLeavesOutWhatStandsBehindTheGradient() {
    StepSums sums = new StepSums(20_000, 1);
    sums.gradient().put(0, 3).put(19_999, 4);
    sums.putLoss(1e6);
    assertEquals(5, sums.norm());
  }
}
