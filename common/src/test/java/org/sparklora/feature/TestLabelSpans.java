package org.sparklora.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestLabelSpans {
  @Test
  void boundsThatAreNoRangesOfTheRowAreRefused() {
    for (int[] bounds :
        List.of(
            new int[] {1, 2, 3},
            new int[] {2, 1},
            new int[] {-1, 2},
            new int[] {0, 10},
            new int[] {1, 2, 3, 3},
            new int[] {0, 3, 2, 4})) {
      LabelSpans spans = new LabelSpans(bounds);
      Failure failure = assertThrows(Failure.class, () -> new FeatureRow(new int[9], spans));
      assertEquals(ExitCode.INPUT, failure.exitCode());
      assertEquals(
          "Cannot use a feature row, its label spans are no ranges of it: %s (expected rising bounds, two a span, up to 9). Make the table again."
              .formatted(spans),
          failure.getMessage());
    }
  }

  @Test
  void seqLenIsWhereLearningBegins() {
    assertEquals(2, new FeatureRow(new int[9], new LabelSpans(2, 4, 6, 9)).seqLen());
    assertEquals(9, new FeatureRow(new int[9], LabelSpans.NONE).seqLen());
    assertEquals(9, new FeatureRow(new int[9], 9).seqLen());
    assertEquals(LabelSpans.behind(9, 9), new FeatureRow(new int[9], 9).spans());
  }
}
