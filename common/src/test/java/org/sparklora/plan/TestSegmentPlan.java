package org.sparklora.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.sparklora.feature.LabelSpans;

class TestSegmentPlan {
  private static final int ROWS = 103;

  @Test
  void everyPositionIsTrainedOnceAndInOrder() {
    StepGrid grid = new StepGrid(ROWS, 10, 31);
    SampleOrder order = SampleOrder.shuffled(5, ROWS);
    SegmentPlan plan = SegmentPlan.byLength(grid, order, sizes(ROWS), 0, 3);
    Map<Long, Integer> rowAt = new TreeMap<>();
    for (int row = 0; row < ROWS; row++) {
      for (Assignment p : plan.assignments(row)) {
        assertEquals(null, rowAt.put(p.step() * 10 + p.slot(), row));
        assertTrue(p.rank() >= 0 && p.rank() < 3);
      }
    }
    assertEquals(310, rowAt.size());
    rowAt.forEach(
        (position, row) -> assertEquals(order.rowAt(position / ROWS, position % ROWS), (long) row));
  }

  @Test
  void stepsAndSlotsDoNotDependOnRanksNorOnWhereTheSegmentBegins() {
    StepGrid grid = new StepGrid(ROWS, 8, 40);
    SampleOrder order = SampleOrder.shuffled(5, ROWS);
    List<Assignment> one = all(SegmentPlan.byLength(grid, order, sizes(ROWS), 0, 1));
    List<Assignment> four = all(SegmentPlan.byLength(grid, order, sizes(ROWS), 0, 4));
    List<Assignment> later = all(SegmentPlan.byLength(grid, order, sizes(ROWS), 17, 4));
    List<Assignment> bySlot = all(SegmentPlan.bySlot(grid, order, 0, 4));
    assertEquals(one.size(), four.size());
    for (int i = 0; i < one.size(); i++) {
      assertEquals(one.get(i).step(), four.get(i).step());
      assertEquals(one.get(i).slot(), four.get(i).slot());
      assertEquals(one.get(i).stepLabels(), four.get(i).stepLabels());
      assertEquals(one.get(i).slot(), bySlot.get(i).slot());
      assertEquals(0, bySlot.get(i).stepLabels());
    }
    assertEquals(four.subList(17 * 8, four.size()), later);
  }

  @Test
  void labelTotalsAreThoseOfTheStepsRows() {
    StepGrid grid = new StepGrid(ROWS, 8, 40);
    RowSizes sizes = sizes(ROWS);
    SegmentPlan plan = SegmentPlan.byLength(grid, SampleOrder.file(), sizes, 0, 2);
    Assignment ninth = plan.assignments(9).get(0);
    int labels = 0;
    for (int row = 8; row < 16; row++) {
      labels += sizes.labels()[row];
    }
    assertEquals(new Assignment(1, ninth.rank(), 1, labels), ninth);
  }

  @Test
  void aRowMayStandSeveralTimesInAStep() {
    StepGrid grid = new StepGrid(3, 10, 1);
    SegmentPlan plan = SegmentPlan.byLength(grid, SampleOrder.file(), sizes(3), 0, 2);
    assertEquals(List.of(0, 3, 6, 9), plan.assignments(0).stream().map(Assignment::slot).toList());
  }

  @Test
  void ranksOfAStepHaveAboutTheSameNumberOfTokens() {
    double[] two = imbalance(2);
    double[] four = imbalance(4);
    assertTrue(two[0] <= 1.02, "2 ranks: " + two[0]);
    assertTrue(four[0] <= 1.05, "4 ranks: " + four[0]);
    assertTrue(two[1] <= 1.02, "2 ranks, worst step: " + two[1]);
    assertTrue(four[1] <= 1.05, "4 ranks, worst step: " + four[1]);
  }

  /** Slowest rank / mean of the ranks, on average and in the worst step. */
  private static double[] imbalance(int ranks) {
    int rows = 2000;
    StepGrid grid = new StepGrid(rows, 32, 62);
    RowSizes sizes = benchSizes(rows);
    SampleOrder order = SampleOrder.shuffled(42, rows);
    SegmentPlan plan = SegmentPlan.byLength(grid, order, sizes, 0, ranks);
    long[][] load = new long[62][ranks];
    for (int row = 0; row < rows; row++) {
      for (Assignment p : plan.assignments(row)) {
        load[(int) p.step()][p.rank()] += sizes.lengths()[row];
      }
    }
    double total = 0;
    double worst = 0;
    for (long[] step : load) {
      long sum = Arrays.stream(step).sum();
      double ratio = Arrays.stream(step).max().getAsLong() * (double) ranks / sum;
      total += ratio;
      worst = Math.max(worst, ratio);
    }
    return new double[] {total / load.length, worst};
  }

  /**
   * Lengths as in bench/peers/bench_corpus.py: prompt and target characters log-normal (4.6, 0.9)
   * and (5.4, 1.0), overshooting by part of a sentence, about 2.5 characters a token, cut at 1024.
   */
  private static RowSizes benchSizes(int rows) {
    Random random = new Random(7);
    int[] lengths = new int[rows];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      double q = Math.min(4000, Math.exp(4.6 + 0.9 * random.nextGaussian()));
      double a = Math.min(6000, Math.exp(5.4 + 1.0 * random.nextGaussian()));
      int prompt = (int) ((q + 30 * random.nextDouble()) / 2.5);
      int target = (int) ((a + 30 * random.nextDouble()) / 2.5);
      lengths[i] = Math.min(1024, prompt + target + 1);
      labels[i] = Math.max(1, lengths[i] - prompt);
    }
    return new RowSizes(lengths, labels);
  }

  @Test
  void aSegmentCoversWholeEpochsUpToAMillionRowsOrWhatIsLeft() {
    assertEquals(100, new StepGrid(1000, 10, 100).segmentEnd(0));
    assertEquals(100_000, new StepGrid(1000, 10, 1_000_000).segmentEnd(0));
    assertEquals(100_007, new StepGrid(1000, 10, 1_000_000).segmentEnd(7));
    assertEquals(300_000, new StepGrid(3_000_000, 10, 1_000_000).segmentEnd(0));
    assertEquals(1_000_000, new StepGrid(3_000_000, 10, 1_000_000).segmentEnd(900_000));
  }

  @Test
  void impossiblePlansAreDefects() {
    StepGrid grid = new StepGrid(10, 2, 5);
    assertDefect(
        "segment from step 5 on 1 ranks", () -> SegmentPlan.bySlot(grid, SampleOrder.file(), 5, 1));
    assertDefect(
        "segment from step 0 on 0 ranks", () -> SegmentPlan.bySlot(grid, SampleOrder.file(), 0, 0));
    assertDefect("rows per step 0, steps 1", () -> new StepGrid(10, 0, 1));
    assertDefect("1 lengths, 2 labels", () -> new RowSizes(new int[1], new int[2]));
  }

  private static void assertDefect(String message, Executable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
  }

  private static RowSizes sizes(int rows) {
    Random random = new Random(3);
    int[] lengths = new int[rows];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      lengths[i] = 2 + random.nextInt(60);
      int seqLen = random.nextInt(lengths[i]);
      labels[i] = LabelPolicy.ANSWER.count(lengths[i], LabelSpans.behind(seqLen, lengths[i]));
    }
    return new RowSizes(lengths, labels);
  }

  private static List<Assignment> all(SegmentPlan plan) {
    List<Assignment> all = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      all.addAll(plan.assignments(row));
    }
    all.sort(Comparator.comparingLong(Assignment::step).thenComparingInt(Assignment::slot));
    return all;
  }
}
