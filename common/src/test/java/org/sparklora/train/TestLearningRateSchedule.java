package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/** Against transformers' multipliers, see {@code fixtures/README.md}. */
class TestLearningRateSchedule {
  private static final PlantedRows TABLE = PlantedRows.random(50);

  @TempDir private Path folder;
  private int runs;

  @Test
  void everyStepHasTransformersRate() throws IOException {
    JsonNode golden = golden();
    long steps = golden.get("total_steps").asLong();
    Set<String> types = new HashSet<>();
    for (JsonNode one : golden.get("cases")) {
      ScheduleType type = ScheduleType.of(one.get("lr_scheduler_type").asText());
      types.add(type.word());
      int warmup = one.get("warmup_steps").asInt();
      // where both are given, transformers takes the steps; our flags refuse it
      double ratio = warmup > 0 ? 0 : one.get("warmup_ratio").asDouble();
      LearningRateSchedule schedule = new LearningRateSchedule(type, warmup, ratio);
      for (int step = 0; step < steps; step++) {
        double expected = one.get("multiplier").get(step).asDouble();
        assertEquals(expected, schedule.rate(1, step, steps), 1e-12, one + " at step " + step);
        assertEquals(3e-4 * expected, schedule.rate(3e-4, step, steps), 1e-15);
      }
      if (type.warmsUp()) {
        assertEquals(one.get("resolved_warmup_steps").asLong(), schedule.warmup(steps));
      }
    }
    assertEquals(Set.copyOf(ScheduleType.words()), types);
  }

  @Test
  void behindTheEndNothingRisesAgain() {
    for (long late : new long[] {20, 21, 30}) {
      assertEquals(0, new LearningRateSchedule(ScheduleType.COSINE, 0, 0).rate(1, late, 20), 1e-16);
      assertEquals(0, new LearningRateSchedule(ScheduleType.LINEAR, 0, 0).rate(1, late, 20));
    }
  }

  @Test
  void aRunTrainsByItAndAResumedOneKeepsIt() throws IOException {
    TrialRun unbroken = run("lr_scheduler_type", "cosine", "warmup_ratio", "0.12");
    unbroken.train(2);
    for (int i = 0; i < 20; i++) {
      // 0.12 of 20 steps is 3
      double wave = 0.5 * (1 + Math.cos(Math.PI * (i - 3) / 17));
      assertEquals(i < 3 ? 0.1 * i / 3 : 0.1 * wave, rate(unbroken, i), 1e-12);
    }
    JsonNode log = file(unbroken, 20, "trainer_state.json").get("log_history");
    for (JsonNode entry : log) {
      assertEquals(
          rate(unbroken, entry.get("step").asInt() - 1), entry.get("learning_rate").asDouble());
    }
    JsonNode state = file(unbroken, 20, "sparklora.json");
    assertEquals("cosine", state.get("lr_scheduler_type").asText());
    assertEquals(3, state.get("warmup_steps").asLong());
    TrialRun broken = run("lr_scheduler_type", "cosine", "warmup_ratio", "0.12");
    broken.stopAfter(9);
    broken.train(2);
    broken.train(9, 2);
    assertEquals(unbroken.losses(), broken.losses());
    assertEquals(rates(unbroken), rates(broken));
  }

  @Test
  void aLongerRunFromACheckpointFollowsItsOwnSchedule() {
    TrialRun first = run("lr_scheduler_type", "cosine", "warmup_ratio", "0.1");
    first.train(1);
    TrialRun longer = run("lr_scheduler_type", "cosine", "warmup_ratio", "0.1", "max_steps", "40");
    List<RankTrainer> trainers = List.of(new RankTrainer(longer.settings, new TinyModel()));
    longer.train(new Segment(20, 40, 0, first.outputDir), trainers);
    for (int i = 0; i < 20; i++) {
      double wave = 0.5 * (1 + Math.cos(Math.PI * (20 + i - 4) / 36));
      assertEquals(0.1 * wave, rate(longer, i), 1e-12);
    }
  }

  @Test
  void anotherScheduleIsAnotherRun() {
    RunSettings first = TrialRun.settings(50, "warmup_steps", "2");
    assertEquals(
        "Cannot resume the run in unused, it was started otherwise: --lr_scheduler_type was linear, is cosine; --warmup_ratio was 0, is 0.1; --warmup_steps was 2, is 0 (expected the same). Start with the first values, or with another --output_dir.",
        refused(
            () ->
                first.resumedAs(
                    TrialRun.settings(50, "lr_scheduler_type", "cosine", "warmup_ratio", "0.1"))));
  }

  @Test
  void twoWarmUpsAndUnknownTypesAreRefused() {
    assertEquals(
        "Cannot train, two warm-ups are asked for: --warmup_steps 3 and --warmup_ratio 0.5 (expected one). Drop one of them.",
        refused(() -> TrialRun.settings(50, "warmup_steps", "3", "warmup_ratio", "0.5")));
    assertEquals(
        "Cannot train, --warmup_ratio is out of range: 1.5 (expected 0 to 1). The default is 0.",
        refused(() -> TrialRun.settings(50, "warmup_ratio", "1.5")));
    assertEquals(
        "Cannot read --lr_scheduler_type, the value (flag) does not fit: polynomial (expected linear|cosine|constant|constant_with_warmup). Change it.",
        refused(() -> TrialRun.settings(50, "lr_scheduler_type", "polynomial")));
  }

  @Test
  void aWarmUpThatConstantLeavesOutIsKnown() {
    assertTrue(new LearningRateSchedule(ScheduleType.CONSTANT, 3, 0).ignoresWarmup());
    assertTrue(new LearningRateSchedule(ScheduleType.CONSTANT, 0, 0.1).ignoresWarmup());
    assertFalse(new LearningRateSchedule(ScheduleType.CONSTANT, 0, 0).ignoresWarmup());
    assertFalse(new LearningRateSchedule(ScheduleType.CONSTANT_WITH_WARMUP, 3, 0).ignoresWarmup());
  }

  private TrialRun run(String... flags) {
    return TrialRun.of(TABLE, folder.resolve("run" + runs++), flags);
  }

  private static double rate(TrialRun run, int report) {
    return run.reports.get(report).learningRate();
  }

  private static List<Double> rates(TrialRun run) {
    return run.reports.stream().map(StepReport::learningRate).toList();
  }

  private static JsonNode file(TrialRun run, int step, String name) throws IOException {
    return new ObjectMapper().readTree(Path.of(run.outputDir, "checkpoint-" + step, name).toFile());
  }

  private static String refused(Runnable action) {
    Failure failure = assertThrows(Failure.class, action::run);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    return failure.getMessage();
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in =
        TestLearningRateSchedule.class.getResourceAsStream("/fixtures/schedules.json")) {
      return new ObjectMapper().readTree(in);
    }
  }
}
