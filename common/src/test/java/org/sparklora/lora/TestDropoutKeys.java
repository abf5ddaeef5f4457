package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.spec.LinearModule;

/** Statistics of the masks that products of keys choose. */
class TestDropoutKeys {
  private static final int TOKENS = 512;
  private static final int CHANNELS = 768;
  private static final double SHARE = 0.1;

  private final DropoutKeys keys = new DropoutKeys(42, SHARE);

  @Test
  void dropsTheGivenShareOfEveryTokenAndChannel() {
    boolean[][] dropped = mask(0, 0);
    double[] perChannel = new double[CHANNELS];
    double all = 0;
    for (boolean[] token : dropped) {
      double count = 0;
      for (int c = 0; c < CHANNELS; c++) {
        count += token[c] ? 1 : 0;
        perChannel[c] += token[c] ? 1 : 0;
      }
      all += count;
      // Seven standard deviations of a binomial.
      assertEquals(SHARE, count / CHANNELS, 7 * Math.sqrt(SHARE * 0.9 / CHANNELS));
    }
    for (double count : perChannel) {
      assertEquals(SHARE, count / TOKENS, 7 * Math.sqrt(SHARE * 0.9 / TOKENS));
    }
    assertEquals(SHARE, all / TOKENS / CHANNELS, 0.003);
  }

  @Test
  void masksOfTwoTokensTwoChannelsTwoStepsAndTwoTargetsAreIndependent() {
    boolean[][] mask = mask(0, 0);
    boolean[][] next = mask(1, 0);
    boolean[][] other = mask(0, 3);
    double[] pairs = new double[4];
    for (int t = 0; t < TOKENS; t++) {
      for (int c = 0; c < CHANNELS; c++) {
        pairs[0] += mask[t][c] && mask[(t + 1) % TOKENS][c] ? 1 : 0;
        pairs[1] += mask[t][c] && mask[t][(c + 1) % CHANNELS] ? 1 : 0;
        pairs[2] += mask[t][c] && next[t][c] ? 1 : 0;
        pairs[3] += mask[t][c] && other[t][c] ? 1 : 0;
      }
    }
    for (double count : pairs) {
      assertEquals(SHARE * SHARE, count / TOKENS / CHANNELS, 0.001);
    }
  }

  @Test
  void fourCornersOfARectangleAreIndependent() {
    boolean[][] mask = mask(0, 0);
    double odd = 0;
    int count = 0;
    for (int t = 0; t + 7 < TOKENS; t++) {
      for (int c = 0; c + 11 < CHANNELS; c++) {
        boolean parity = mask[t][c] ^ mask[t + 7][c] ^ mask[t][c + 11] ^ mask[t + 7][c + 11];
        odd += parity ? 1 : 0;
        count++;
      }
    }
    double expected = (1 - Math.pow(1 - 2 * SHARE, 4)) / 2;
    assertEquals(expected, odd / count, 0.005);
  }

  @Test
  void keysBelongToTheRowAndItsTokenNotToTheBatch() {
    PackedBatch together =
        new PackedBatch(
            new int[] {5, 6, 7, 8, 9}, new int[] {0, 2, 5}, new int[5], new long[] {3, 9});
    PackedBatch alone =
        new PackedBatch(new int[] {7, 8, 9}, new int[] {0, 3}, new int[3], new long[] {9});
    int[] keysTogether = keys.ofTokens(together, 4);
    assertEquals(
        Arrays.stream(keysTogether, 2, 5).boxed().toList(),
        Arrays.stream(keys.ofTokens(alone, 4)).boxed().toList());
    assertTrue(Arrays.stream(keysTogether).allMatch(key -> (key & 1) == 1));
  }

  @Test
  void thereAreNoKeysWithoutDropout() {
    PackedBatch batch = PackedBatch.unlabelled(new int[] {1, 2});
    assertNull(new DropoutKeys(42, 0).ofTokens(batch, 0));
  }

  private boolean[][] mask(long step, int module) {
    int[] tokens = keys.ofTokens(PackedBatch.unlabelled(new int[TOKENS]), step);
    int key = keys.ofModule(new LinearModule(0, "q", CHANNELS, 8), module);
    float[] numbers = keys.numbers(CHANNELS);
    boolean[][] dropped = new boolean[TOKENS][CHANNELS];
    for (int t = 0; t < TOKENS; t++) {
      int window = ((tokens[t] * key) >> 17) + DropoutKeys.WINDOWS / 2;
      for (int c = 0; c < CHANNELS; c++) {
        dropped[t][c] = numbers[window * DropoutKeys.STRIDE + c] == 0;
      }
    }
    return dropped;
  }
}
