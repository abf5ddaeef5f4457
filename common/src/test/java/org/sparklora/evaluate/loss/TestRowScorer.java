package org.sparklora.evaluate.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.evaluation.Score;
import org.sparklora.feature.FeatureRow;
import org.sparklora.model.PackedBatch;
import org.sparklora.plan.LabelPolicy;

class TestRowScorer {
  private final List<Integer> tokens = new ArrayList<>();

  @Test
  void everyRowCountsOnceWhateverIsComputedAtOnce() {
    List<FeatureRow> rows = new ArrayList<>();
    for (int length = 1; length <= 9; length++) {
      rows.add(new FeatureRow(new int[length], length / 2));
    }
    LossPart expected = scorer(1000).score(rows.iterator());
    assertEquals(List.of(44), tokens);
    assertEquals(new LossPart(new Score(48, 24, 8), 8, 1), expected);
    for (int most : new int[] {1, 7, 10, 44}) {
      tokens.clear();
      assertEquals(expected, scorer(most).score(rows.iterator()));
      assertEquals(44, tokens.stream().mapToInt(n -> n).sum());
      assertTrue(tokens.stream().allMatch(n -> n <= Math.max(most, 9)), tokens.toString());
    }
  }

  @Test
  void partsAddUp() {
    LossPart one = scorer(9).score(List.of(new FeatureRow(new int[5], 1)).iterator());
    LossPart none = scorer(9).score(List.of(new FeatureRow(new int[5], 5)).iterator());
    assertEquals(new LossPart(new Score(8, 4, 1), 1, 1), one.plus(none));
    assertEquals(LossPart.NOTHING, scorer(9).score(List.<FeatureRow>of().iterator()));
  }

  /** Two a label, and one right in each row. */
  private RowScorer scorer(int mostTokens) {
    return new RowScorer(LabelPolicy.ANSWER, mostTokens, this::score);
  }

  private Score score(PackedBatch batch) {
    tokens.add(batch.tokens());
    return new Score(2.0 * batch.labelled(), batch.labelled(), batch.rows());
  }
}
