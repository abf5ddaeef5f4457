package org.sparklora.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.LabelSpans;
import org.sparklora.model.PackedBatch;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.PlannedRow;

class TestMicroBatches {
  private static final MicroBatches BATCHES = new MicroBatches(LabelPolicy.ANSWER, 10);

  @Test
  void rowsStayInOrderAndALongerRowStandsAlone() {
    assertEquals(
        List.of(List.of(4, 6), List.of(5), List.of(30), List.of(2)), lengths(4, 6, 5, 30, 2));
    assertEquals(List.of(), lengths());
  }

  @Test
  void labelsStandWhereTheyArePredicted() {
    PlannedRow first = row(7, new int[] {1, 2, 3, 4}, 2);
    PlannedRow second = row(9, new int[] {5, 6}, 1);
    PackedBatch packed = BATCHES.packed(List.of(first, second));
    int none = PackedBatch.IGNORED;
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6}, packed.ids());
    assertArrayEquals(new int[] {0, 4, 6}, packed.rowStarts());
    assertArrayEquals(new int[] {none, 3, 4, none, 6, none}, packed.labels());
    assertArrayEquals(new long[] {7, 9}, packed.rowPositions());
  }

  @Test
  void everySpanOfARowIsLabelled() {
    FeatureRow chat = new FeatureRow(new int[] {1, 2, 3, 4, 5, 6, 7}, new LabelSpans(1, 3, 5, 6));
    PackedBatch packed = BATCHES.packed(List.of(new PlannedRow(0, 4, 0, chat)));
    int none = PackedBatch.IGNORED;
    assertArrayEquals(new int[] {2, 3, none, none, 6, none, none}, packed.labels());
    assertEquals(3, BATCHES.labels(new PlannedRow(0, 4, 0, chat)));
    PackedBatch earlier =
        new MicroBatches(LabelPolicy.TARGET, 10).packed(List.of(new PlannedRow(0, 4, 0, chat)));
    assertArrayEquals(new int[] {2, 3, none, 5, 6, none, none}, earlier.labels());
  }

  @Test
  void rowsWithoutLabelsAreLeftOut() {
    PlannedRow labelled = row(0, new int[] {1, 2}, 1);
    assertEquals(
        List.of(labelled), BATCHES.labelled(List.of(labelled, row(1, new int[] {1, 2}, 2))));
  }

  private static List<List<Integer>> lengths(int... lengths) {
    List<PlannedRow> rows = new ArrayList<>();
    for (int length : lengths) {
      rows.add(row(rows.size(), new int[length], 1));
    }
    return BATCHES.cut(rows).stream()
        .map(part -> part.stream().map(row -> row.row().length()).toList())
        .toList();
  }

  private static PlannedRow row(int slot, int[] ids, int seqLen) {
    return new PlannedRow(0, slot, 0, new FeatureRow(ids, seqLen));
  }
}
