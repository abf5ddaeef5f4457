package org.sparklora.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestTokenChooser {
  private static final int[] NOTHING = {};

  @Test
  void allEndTokensWaitForTheirMinimum() {
    TokenChooser chooser = chooser(new LogitRules(1, 3, false));
    float[] likesEnds = {0, 5, 1, 4};
    for (int position = 0; position < 3; position++) {
      assertTrue(chooser.needsLogits(position));
      assertEquals(2, choose(chooser, likesEnds, NOTHING, position));
    }
    assertFalse(chooser.needsLogits(3));
    assertEquals(1, choose(chooser, likesEnds, NOTHING, 3));
  }

  @Test
  void aSuppressedBeginningIsOneToken() {
    TokenChooser chooser = chooser(new LogitRules(1, 0, true));
    assertEquals(2, choose(chooser, new float[] {0, 5, 1, 4}, NOTHING, 0));
    assertFalse(chooser.needsLogits(1));
  }

  @Test
  void thePenaltyComesBeforeTheBan() {
    TokenChooser chooser = chooser(new LogitRules(2, 1, false));
    // 4 / 2 is below 3, and the ends do not come
    assertEquals(2, choose(chooser, new float[] {4, 9, 3, 9}, new int[] {0, 0}, 0));
    assertEquals(1, choose(chooser, new float[] {4, 9, 3, 1}, new int[] {0, 0}, 1));
    // -1 * 2 is below -1.5
    assertEquals(2, choose(chooser, new float[] {-1, -9, -1.5f, -9}, new int[] {0}, 1));
  }

  @Test
  void equalsGoToTheFirst() {
    assertEquals(1, choose(chooser(LogitRules.NONE), new float[] {0, 7, 7, 7}, NOTHING, 0));
  }

  @Test
  void logitsThatAreNoNumbersEndTheWork() {
    for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Failure failure =
          assertThrows(
              Failure.class,
              () -> choose(chooser(LogitRules.NONE), new float[] {0, 1, broken, 3}, NOTHING, 4));
      assertEquals(ExitCode.INPUT, failure.exitCode());
      assertEquals(
          "Cannot predict, the model's logits are not finite: row 11, new token 4 (expected numbers). Try --base_dtype fp32 or check the weights.",
          failure.getMessage());
    }
  }

  /** Greedy, with the end tokens 1, 3 and one beyond the vocabulary. */
  private static TokenChooser chooser(LogitRules rules) {
    return new TokenChooser(
        new GenerationSettings(
            8, new Sampling(0, 0, 1, 42), rules, new Stops(List.of(3, 1, 99), List.of()), 1, 0));
  }

  private static int choose(TokenChooser chooser, float[] logits, int[] before, int position) {
    return chooser.choose(logits.clone(), 0, logits.length, new NextToken(11, before, position));
  }
}
