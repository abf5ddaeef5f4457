package org.sparklora.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.sparklora.ModelFamily;

class TestLabelPolicy {
  @Test
  void labelsBeginAfterOrAtThePromptsEnd() {
    // the counts of row 0 of the chatglm fixture: length 32, seq_len 19
    assertEquals(13, LabelPolicy.ANSWER.labels(32, 19));
    assertEquals(14, LabelPolicy.TARGET.labels(32, 19));
    assertEquals(31, LabelPolicy.ALL.labels(32, 19));
  }

  @Test
  void theFirstIdIsNeverALabel() {
    for (int seqLen = 0; seqLen < 2; seqLen++) {
      assertEquals(1, LabelPolicy.ANSWER.firstLabel(seqLen));
      assertEquals(1, LabelPolicy.TARGET.firstLabel(seqLen));
      assertEquals(1, LabelPolicy.ALL.firstLabel(seqLen));
    }
    assertEquals(1, LabelPolicy.TARGET.firstLabel(2));
  }

  @Test
  void rowsWithoutLabelsHaveNone() {
    assertEquals(0, LabelPolicy.ANSWER.labels(7, 7));
    assertEquals(1, LabelPolicy.TARGET.labels(7, 7));
    assertEquals(0, LabelPolicy.ALL.labels(1, 0));
    assertEquals(0, LabelPolicy.ALL.labels(0, 0));
  }

  @Test
  void originalIsWhatLlmTuningDoesForTheFamily() {
    assertEquals(LabelPolicy.TARGET, LabelPolicy.ORIGINAL.resolve(ModelFamily.CHATGLM));
    assertEquals(LabelPolicy.TARGET, LabelPolicy.ORIGINAL.resolve(ModelFamily.CHATGLM2));
    assertEquals(LabelPolicy.ALL, LabelPolicy.ORIGINAL.resolve(ModelFamily.BAICHUAN));
    assertEquals(LabelPolicy.ALL, LabelPolicy.ORIGINAL.resolve(ModelFamily.LLAMA));
    assertEquals(LabelPolicy.ALL, LabelPolicy.ORIGINAL.resolve(ModelFamily.QWEN2));
    assertEquals(LabelPolicy.ANSWER, LabelPolicy.ANSWER.resolve(ModelFamily.CHATGLM));
    Exception e =
        assertThrows(IllegalStateException.class, () -> LabelPolicy.ORIGINAL.firstLabel(3));
    assertEquals("resolve the policy first", e.getMessage());
    assertEquals(LabelPolicy.ALL, LabelPolicy.of("all"));
    assertEquals("original", LabelPolicy.ORIGINAL.word());
  }
}
