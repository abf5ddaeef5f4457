package org.sparklora.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ModelFamily;
import org.sparklora.feature.LabelSpans;

class TestLabelPolicy {
  @Test
  void labelsBeginAfterOrAtThePromptsEnd() {
    // the counts of row 0 of the chatglm fixture: length 32, seq_len 19
    assertEquals(13, count(LabelPolicy.ANSWER, 32, 19));
    assertEquals(14, count(LabelPolicy.TARGET, 32, 19));
    assertEquals(31, count(LabelPolicy.ALL, 32, 19));
  }

  @Test
  void theFirstIdIsNeverALabel() {
    for (int seqLen = 0; seqLen < 2; seqLen++) {
      assertEquals(1, first(LabelPolicy.ANSWER, seqLen));
      assertEquals(1, first(LabelPolicy.TARGET, seqLen));
      assertEquals(1, first(LabelPolicy.ALL, seqLen));
    }
    assertEquals(1, first(LabelPolicy.TARGET, 2));
  }

  @Test
  void rowsWithoutLabelsHaveNone() {
    assertEquals(0, count(LabelPolicy.ANSWER, 7, 7));
    assertEquals(1, count(LabelPolicy.TARGET, 7, 7));
    assertEquals(0, count(LabelPolicy.ALL, 1, 0));
    assertEquals(0, count(LabelPolicy.ALL, 0, 0));
  }

  @Test
  void originalIsWhatLlmTuningDoesForTheFamily() {
    assertEquals(LabelPolicy.TARGET, LabelPolicy.ORIGINAL.resolve(ModelFamily.CHATGLM));
    assertEquals(LabelPolicy.TARGET, LabelPolicy.ORIGINAL.resolve(ModelFamily.CHATGLM2));
    assertEquals(LabelPolicy.ALL, LabelPolicy.ORIGINAL.resolve(ModelFamily.BAICHUAN));
    assertEquals(LabelPolicy.ALL, LabelPolicy.ORIGINAL.resolve(ModelFamily.LLAMA));
    assertEquals(LabelPolicy.ALL, LabelPolicy.ORIGINAL.resolve(ModelFamily.QWEN2));
    assertEquals(LabelPolicy.ANSWER, LabelPolicy.ANSWER.resolve(ModelFamily.CHATGLM));
    Exception e = assertThrows(IllegalStateException.class, () -> first(LabelPolicy.ORIGINAL, 3));
    assertEquals("resolve the policy first", e.getMessage());
    assertEquals(LabelPolicy.ALL, LabelPolicy.of("all"));
    assertEquals("original", LabelPolicy.ORIGINAL.word());
  }

  @Test
  void everySpanHasItsLabels() {
    LabelSpans spans = new LabelSpans(3, 5, 6, 8);
    assertArrayEquals(new int[] {3, 5, 6, 8}, LabelPolicy.ANSWER.labels(10, spans));
    assertArrayEquals(new int[] {2, 5, 5, 8}, LabelPolicy.TARGET.labels(10, spans));
    assertArrayEquals(new int[] {1, 10}, LabelPolicy.ALL.labels(10, spans));
    assertEquals(4, LabelPolicy.ANSWER.count(10, spans));
    assertEquals(6, LabelPolicy.TARGET.count(10, spans));
  }

  @Test
  void spansThatTouchShareNoLabel() {
    LabelSpans spans = new LabelSpans(0, 1, 1, 4);
    assertArrayEquals(new int[] {1, 1, 1, 4}, LabelPolicy.TARGET.labels(4, spans));
    assertEquals(3, LabelPolicy.ANSWER.count(4, spans));
  }

  @Test
  void aRowWithoutSpansTeachesNothingUnderAnyPolicy() {
    for (LabelPolicy policy : List.of(LabelPolicy.ANSWER, LabelPolicy.TARGET, LabelPolicy.ALL)) {
      assertEquals(0, policy.count(9, LabelSpans.NONE));
    }
  }

  private static int count(LabelPolicy policy, int length, int seqLen) {
    return policy.count(length, LabelSpans.behind(seqLen, length));
  }

  private static int first(LabelPolicy policy, int seqLen) {
    return policy.labels(9, LabelSpans.behind(seqLen, 9))[0];
  }
}
