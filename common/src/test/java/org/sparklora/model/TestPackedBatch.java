package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.Failure;
import org.sparklora.tensor.NumberType;

class TestPackedBatch {
  @Test
  void partsThatDoNotFitTogetherAreRefused() {
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () -> new PackedBatch(new int[3], new int[] {0, 3}, new int[2], new long[1]));
    assertEquals(
        "Cannot pack the rows, their parts do not fit together: 3 ids, 2 labels, 2 row starts, 1"
            + " row positions (expected as many labels as ids, rising starts from 0 to the end,"
            + " one position per row). Fix the caller.",
        failure.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new PackedBatch(new int[3], new int[] {0, 2, 2, 3}, new int[3], new long[3]));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PackedBatch(new int[3], new int[] {0, 2}, new int[3], new long[1]));
  }

  @Test
  void countsRowsTokensAndLabels() {
    PackedBatch batch =
        new PackedBatch(
            new int[] {1, 2, 3}, new int[] {0, 1, 3}, new int[] {2, -100, 4}, new long[] {0, 1});
    assertEquals(2, batch.rows());
    assertEquals(3, batch.tokens());
    assertEquals(2, batch.labelled());
    assertEquals(0, PackedBatch.unlabelled(new int[] {7}).labelled());
  }

  @Test
  void rowOfChatglmWithoutItsTokensIsRefused() {
    try (Decoder decoder = TestParity.decoder("chatglm", NumberType.FP32)) {
      assertEquals(
          "Cannot run a row through the chatglm model, it holds no start token: id 364 (expected"
              + " once per prompt). Tokenize with this model's own tokenizer.",
          assertThrows(Failure.class, () -> decoder.logits(new int[] {5, 6})).getMessage());
      assertEquals(
          "Cannot run a row through the chatglm model, it holds no mask token: id [361, 360]"
              + " (expected once per prompt). Tokenize with this model's own tokenizer.",
          assertThrows(Failure.class, () -> decoder.logits(new int[] {5, 364})).getMessage());
    }
  }

  @Test
  void decodingBeyondTheFirstCapacityEqualsWholeRows() {
    Golden golden = new Golden("chatglm2");
    int[] row = longest(golden);
    try (Decoder decoder = TestParity.decoder("chatglm2", NumberType.FP32)) {
      float[][] whole = decoder.logits(row);
      int[][] prompts = {{row[0]}, {row[0], row[1], row[2]}};
      try (Decoding state = OneTokenSteps.begin(decoder, prompts)) {
        OneTokenSteps.keep(state, 1);
        for (int i = 3; i < row.length; i++) {
          OneTokenSteps.advance(state, row[i]);
          ParityTable.check(
              "chatglm2",
              "logits step by step against at once",
              ParityTable.largest(state.logits(), whole[i]),
              5e-5);
        }
        assertEquals(1, state.likeliest().length);
      }
    }
  }

  @Test
  void droppedRowsLeaveTheOthersUnchanged() {
    Golden golden = new Golden("chatglm");
    int[] one = prompt(golden, 0);
    int[] two = prompt(golden, 1);
    try (Decoder decoder = TestParity.decoder("chatglm", NumberType.FP32);
        Decoding both = OneTokenSteps.begin(decoder, one, two);
        Decoding alone = OneTokenSteps.begin(decoder, two)) {
      OneTokenSteps.keep(both, 1);
      for (int step = 0; step < 5; step++) {
        assertArrayEquals(alone.likeliest(), both.likeliest());
        ParityTable.check(
            "chatglm",
            "logits after dropping a row",
            ParityTable.largest(both.logits(), alone.logits()),
            5e-5);
        int[] next = alone.likeliest();
        OneTokenSteps.advance(both, next);
        OneTokenSteps.advance(alone, next);
      }
    }
  }

  private static int[] prompt(Golden golden, int index) {
    Golden.Row row = golden.features().get(index);
    return Arrays.copyOf(row.ids(), row.promptLength());
  }

  private static int[] longest(Golden golden) {
    List<Golden.Row> rows = golden.features();
    return rows.stream()
        .map(Golden.Row::ids)
        .max(Comparator.comparingInt(ids -> ids.length))
        .orElseThrow();
  }
}
