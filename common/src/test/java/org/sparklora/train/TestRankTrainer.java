package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.plan.PlannedRow;
import org.sparklora.train.SegmentResult.End;
import org.sparklora.train.StepReport.Kind;

class TestRankTrainer {
  private static final PlantedRows TABLE = PlantedRows.random(50);

  @TempDir private Path folder;
  private int runs;

  @Test
  void learns() {
    TrialRun run = run(TABLE);
    TinyModel model = new TinyModel();
    run.models = () -> model;
    SegmentResult result = run.train(1);
    assertEquals(End.RUN_DONE, result.end());
    assertEquals(20, result.step());
    assertTrue(result.lastLoss() < 0.9 * result.firstLoss(), result.toString());
    assertEquals(run.reports.get(0).loss(), result.firstLoss());
    assertEquals(run.reports.get(19).loss(), result.lastLoss());
    assertTrue(model.isClosed());
  }

  /** No folder can be made where a file lies; a store that is full fails in the same place. */
  @Test
  void aLogThatCannotBeWrittenLosesNoStep() throws Exception {
    TrialRun run = run(TABLE, "save_steps", "5");
    Files.writeString(Files.createDirectories(Path.of(run.outputDir)).resolve("runs"), "a file");
    SegmentResult result = run.train(2);
    assertEquals(End.RUN_DONE, result.end());
    assertEquals(20, result.step());
    assertTrue(Files.exists(Path.of(run.outputDir, "checkpoint-20", "manifest.json")));
  }

  @Test
  void equalToFloatErrorForAnyNumberOfRanks() {
    TrialRun one = run(TABLE);
    one.train(1);
    for (int ranks = 2; ranks <= 5; ranks++) {
      TrialRun many = run(TABLE);
      many.train(ranks);
      assertClose(one, many);
      for (float[] values : many.parameters) {
        assertArrayEquals(many.parameters.get(0), values);
      }
    }
  }

  @Test
  void equalWithDropoutForAnyNumberOfRanks() {
    TrialRun one = run(TABLE);
    one.models = () -> new TinyModel(0.3, Double.POSITIVE_INFINITY);
    one.train(1);
    TrialRun three = run(TABLE);
    three.models = one.models;
    three.train(3);
    assertClose(one, three);
    TrialRun none = run(TABLE);
    none.train(1);
    assertNotEquals(none.losses(), one.losses());
  }

  @Test
  void equalForAnySplitIntoMicroBatches() {
    TrialRun some = run(TABLE);
    some.train(2);
    for (String tokens : List.of("1", "25", "1000")) {
      TrialRun other = run(TABLE, "max_tokens_per_micro_batch", tokens);
      other.train(2);
      assertClose(some, other);
    }
  }

  @Test
  void equalWhereThePlanDoesNotKnowAStepsLabels() {
    TrialRun known = run(TABLE);
    known.train(2);
    TrialRun unknown = run(TABLE);
    unknown.dealtBySlot = true;
    unknown.train(2);
    assertClose(known, unknown);
  }

  @Test
  void ranksWithoutRowsJoinTheExchange() {
    TrialRun one = run(TABLE);
    one.train(1);
    TrialRun nine = run(TABLE);
    nine.train(9);
    assertClose(one, nine);
  }

  @Test
  void everyStepIsReportedOnceByRankZero() {
    TrialRun run = run(TABLE, "warmup_steps", "4", "lora_rank", "4");
    SegmentResult result = run.train(3);
    assertEquals(20, run.reports.size());
    for (int i = 0; i < 20; i++) {
      StepReport report = run.reports.get(i);
      assertEquals(i + 1, report.step());
      assertEquals(20, report.steps());
      assertEquals((i + 1) * 6 / 50.0, report.epoch(), 1e-12);
      double rate = i < 4 ? 0.1 * i / 4 : 0.1 * (20 - i) / 16;
      assertEquals(rate, report.learningRate(), 1e-12);
      assertTrue(report.gradNorm() > 0 && report.tokens() > 0 && report.tokensPerSecond() > 0);
    }
    assertEquals(0, run.reports.get(19).secondsLeft());
    assertEquals(run.reports.stream().mapToLong(StepReport::tokens).sum(), result.tokens());
  }

  @Test
  void gradientsAreClippedToTheirNorm() {
    TrialRun free = run(TABLE, "max_grad_norm", "0");
    free.train(1);
    TrialRun wide = run(TABLE, "max_grad_norm", "1e9");
    wide.train(1);
    assertArrayEquals(free.parameters.get(0), wide.parameters.get(0));
    TrialRun clipped = run(TABLE, "max_grad_norm", "0.01");
    clipped.train(1);
    assertTrue(clipped.reports.get(0).gradNorm() > 0.01);
    assertEquals(free.reports.get(0).gradNorm(), clipped.reports.get(0).gradNorm());
    assertNotEquals(free.losses().get(19), clipped.losses().get(19));
  }

  @Test
  void weightDecayIsApplied() {
    TrialRun none = run(TABLE);
    none.train(1);
    TrialRun decayed = run(TABLE, "weight_decay", "0.5");
    decayed.train(1);
    assertTrue(norm(decayed) < norm(none));
  }

  @Test
  void aRunWithANanEqualsARunPlannedToSkipTheStep() {
    // rows 12 to 17 are step 2 of the first epoch only: 60 rows, 10 steps
    PlantedRows table = PlantedRows.random(60);
    TrialRun poisoned = fileOrder(table.poisoned(14), 10);
    SegmentResult result = poisoned.train(2);
    PlantedRows without = table;
    for (int row = 12; row < 18; row++) {
      without = without.unlabelled(row);
    }
    TrialRun planned = fileOrder(without, 10);
    SegmentResult expected = planned.train(2);
    assertEquals(Kind.SKIPPED, poisoned.reports.get(2).kind());
    assertEquals(Kind.EMPTY, planned.reports.get(2).kind());
    assertEquals(1, result.skipped());
    assertEquals(0, expected.skipped());
    assertArrayEquals(planned.parameters.get(0), poisoned.parameters.get(0));
    assertEquals(planned.losses().subList(3, 10), poisoned.losses().subList(3, 10));
  }

  @Test
  void theEleventhSkippedStepEndsTheRun() {
    TrialRun run = fileOrder(PlantedRows.random(6).poisoned(0), 20);
    SegmentResult result = run.train(2);
    assertEquals(End.DIVERGED, result.end());
    assertEquals(11, result.skipped());
    assertEquals(11, result.step());
    Failure failure = assertThrows(Failure.class, result::orFail);
    assertEquals(ExitCode.DIVERGED, failure.exitCode());
    assertEquals(
        "Cannot go on training, the loss or gradient was not finite too often: 11 steps up to step 11 (expected at most 10). Lower --learning_rate or look at the rows of these steps; there is no checkpoint yet.",
        failure.getMessage());
  }

  @Test
  void aRunWithoutAnyFiniteStepFailsAndSavesNothing() {
    TrialRun run = fileOrder(PlantedRows.random(6).poisoned(0), 2);
    SegmentResult result = run.train(2);
    assertEquals(End.NOTHING_TRAINED, result.end());
    assertEquals("", result.checkpoint());
    Failure failure = assertThrows(Failure.class, result::orFail);
    assertEquals(ExitCode.DIVERGED, failure.exitCode());
    assertEquals(
        "Cannot train, the loss or gradient was not finite in any step: 2 steps (expected numbers). Try --base_dtype fp32 or a lower --learning_rate, or look at base and rows.",
        failure.getMessage());
  }

  @Test
  void aRunWithoutAnyLabelFailsAndSavesNothing() {
    PlantedRows none = PlantedRows.random(6);
    for (int row = 0; row < 6; row++) {
      none = none.unlabelled(row);
    }
    SegmentResult result = fileOrder(none, 2).train(2);
    assertEquals(End.NOTHING_TRAINED, result.end());
    Failure failure = assertThrows(Failure.class, result::orFail);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot train, no row of the feature table has labels: none in 2 steps (expected some). Look at the targets, or tokenize again with a higher --max_seq_length.",
        failure.getMessage());
  }

  @Test
  void anFp16OverflowHalvesTheScaleAndIsNoFault() {
    // at a scale of 65,536 · error / labels some parts are above 200; three halvings are enough
    TrialRun half = run(TABLE, "fp16", "true");
    half.models = () -> new TinyModel(0, 200);
    SegmentResult result = half.train(2);
    assertEquals(0, result.skipped());
    int overflows = 0;
    while (half.reports.get(overflows).kind() == Kind.OVERFLOW) {
      assertEquals(0.1, half.reports.get(overflows).learningRate());
      overflows++;
    }
    assertTrue(overflows > 0 && overflows < 10, "overflows " + overflows);
    assertEquals(Kind.APPLIED, half.reports.get(19).kind());
    assertEquals(0.1, half.reports.get(overflows).learningRate());
  }

  @Test
  void fp16ScalingDoesNotChangeTheResult() {
    TrialRun plain = run(TABLE);
    plain.train(2);
    TrialRun scaled = run(TABLE, "base_dtype", "fp16");
    scaled.train(2);
    assertClose(plain, scaled);
  }

  @Test
  void aNanIsAFaultInFp16Too() {
    TrialRun run = fileOrder(PlantedRows.random(6).poisoned(0), 2, "fp16", "true");
    assertEquals(2, run.train(1).skipped());
  }

  @Test
  void oneRanksStopEndsTheRunAfterTheStep() {
    TrialRun run = run(TABLE);
    AtomicInteger asked = new AtomicInteger();
    run.orders = () -> asked.incrementAndGet() == 11;
    SegmentResult result = run.train(2);
    assertEquals(End.STOPPED, result.end());
    assertTrue(result.step() == 5 || result.step() == 6, result.toString());
    Failure failure = assertThrows(Failure.class, result::orFail);
    assertEquals(ExitCode.STOPPED, failure.exitCode());
    assertEquals(
        "Stopped by a signal after step %d; the last checkpoint is %s. Run the same command again to go on."
            .formatted(result.step(), result.checkpoint()),
        failure.getMessage());
  }

  @Test
  void rowsOutOfOrderAreADefect() {
    StepRows rows =
        new StepRows(
            List.of(new PlannedRow(3, 0, 1, null), new PlannedRow(2, 0, 1, null)).iterator());
    assertEquals(0, rows.of(1).size());
    Exception e = assertThrows(IllegalStateException.class, () -> rows.of(3));
    assertEquals("rows are not sorted: step 2 after step 3", e.getMessage());
  }

  @Test
  void aDriverThatLostTheOutputFolderIsAskedBeforeEachWrite() {
    TrialRun run = TrialRun.of(PlantedRows.random(50), folder, "save_steps", "4");
    run.orders =
        new Orders() {
          @Override
          public boolean stop() {
            return false;
          }

          @Override
          public void awaitRightToWrite() {
            if (run.reports.size() == 4) {
              throw new Failure(ExitCode.HELD, "Cannot go on training, the hold is lost.");
            }
          }
        };
    Exception ended = assertThrows(Exception.class, () -> run.train(1));
    assertTrue(String.valueOf(ended).contains("the hold is lost"), ended.toString());
    assertFalse(Files.exists(folder.resolve("checkpoint-4")));
  }

  private TrialRun fileOrder(PlantedRows table, int steps, String... flags) {
    String[] all = Arrays.copyOf(flags, flags.length + 4);
    all[flags.length] = "sample_order";
    all[flags.length + 1] = "file";
    all[flags.length + 2] = "max_steps";
    all[flags.length + 3] = "" + steps;
    return run(table, all);
  }

  /** A run with an output folder of its own. */
  private TrialRun run(PlantedRows table, String... flags) {
    return TrialRun.of(table, folder.resolve("run" + runs++), flags);
  }

  private static double norm(TrialRun run) {
    double sum = 0;
    for (float p : run.parameters.get(0)) {
      sum += (double) p * p;
    }
    return Math.sqrt(sum);
  }

  private static void assertClose(TrialRun expected, TrialRun actual) {
    assertEquals(expected.reports.size(), actual.reports.size());
    for (int i = 0; i < expected.reports.size(); i++) {
      assertEquals(expected.reports.get(i).loss(), actual.reports.get(i).loss(), 1e-5);
      assertEquals(expected.reports.get(i).gradNorm(), actual.reports.get(i).gradNorm(), 1e-5);
    }
    assertArrayEquals(expected.parameters.get(0), actual.parameters.get(0), 2e-5f);
  }
}
