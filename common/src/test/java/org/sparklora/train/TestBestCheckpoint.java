package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.checkpoint.Consent;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;
import org.sparklora.train.SegmentResult.End;

/**
 * The best step of a run that learns its rows by heart: the held-out ones, made by another rule,
 * get better for a while and then worse.
 */
class TestBestCheckpoint {
  private static final PlantedRows TABLE = PlantedRows.random(50);
  private static final PlantedRows HELD_OUT = PlantedRows.partlyOther(30);

  @TempDir private Path folder;
  private int runs;

  @Test
  void theBestStepIsSavedWhereverItLiesAndRotationSparesIt() {
    TrialRun run = run("save_steps", "7", "eval_steps", "2", "save_total_limit", "1");
    run.train(2);
    long best = best(run);
    assertTrue(best > 2 && best < 18, "the test needs a minimum inside: " + best);
    assertEquals(List.of(best, 20L), checkpoints(run));
  }

  @Test
  void theBestIsPublishedWithTheWholeHistory() throws IOException {
    TrialRun run = run("eval_steps", "2");
    run.train(2);
    long best = best(run);
    FinalStage last = new FinalStage(run.settings, Store.local(), run.outputDir);
    assertFalse(last.isDone());
    last.publish(Consent.GIVEN);
    assertTrue(last.isDone());
    assertArrayEquals(
        bytes(run, "checkpoint-" + best + "/adapter_model.safetensors"),
        bytes(run, "adapter_model.safetensors"));
    assertArrayEquals(
        bytes(run, "checkpoint-20/trainer_state.json"), bytes(run, "trainer_state.json"));
    JsonNode ours = json(run, "sparklora.json");
    assertEquals(best, ours.get("loop").get("step").asLong());
    assertEquals(20, ours.get("published").get("last_step").asLong());
    assertEquals(best, ours.get("published").get("best_step").asLong());
    assertEquals(best, json(run, "_published.json").get("step").asLong());
  }

  @Test
  void aPublishedRunIsDoneAlsoWithoutItsCheckpointsUntilTheOtherStepIsAsked() throws IOException {
    TrialRun run = run("eval_steps", "2");
    run.train(1);
    FinalStage last = new FinalStage(run.settings, Store.local(), run.outputDir);
    last.publish(Consent.GIVEN);
    TrialRun other = again(run, "eval_steps", "2", "publish", "last");
    FinalStage otherStage = new FinalStage(other.settings, Store.local(), other.outputDir);
    assertFalse(otherStage.isDone());
    otherStage.publish(Consent.GIVEN);
    assertTrue(otherStage.isDone());
    assertFalse(last.isDone());
    assertArrayEquals(
        bytes(run, "checkpoint-20/adapter_model.safetensors"),
        bytes(run, "adapter_model.safetensors"));
    for (long step : checkpoints(run)) {
      Files.delete(Path.of(run.outputDir, "checkpoint-" + step, "manifest.json"));
    }
    assertTrue(otherStage.isDone());
  }

  @Test
  void aBestStepThatIsGoneIsNamed() throws IOException {
    TrialRun run = run("eval_steps", "2");
    run.train(1);
    long best = best(run);
    Files.delete(Path.of(run.outputDir, "checkpoint-" + best, "manifest.json"));
    FinalStage last = new FinalStage(run.settings, Store.local(), run.outputDir);
    Failure failure = assertThrows(Failure.class, () -> last.publish(Consent.GIVEN));
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertEquals(
        "Cannot publish, the checkpoint of the best step is not there or damaged: step %d in %s (expected a valid one of run run-1). Bring it back, or publish the last step with --publish last."
            .formatted(best, run.outputDir),
        failure.getMessage());
  }

  @Test
  void aRunThatGetsNoBetterEndsEarlyAndIsPublished() throws IOException {
    TrialRun run = run("eval_steps", "2", "early_stopping_patience", "2");
    SegmentResult result = run.train(2);
    long best = best(run);
    assertEquals(End.RUN_DONE, result.end());
    assertEquals(best + 4, result.step());
    assertTrue(result.evaluations().early());
    assertEquals(best, result.evaluations().bestStep());
    new FinalStage(run.settings, Store.local(), run.outputDir).publish(Consent.GIVEN);
    assertEquals(best, json(run, "_published.json").get("step").asLong());
    // what a driver that died before publishing starts: it ends at once
    SegmentResult again = run.train(result.step(), 1);
    assertEquals(End.RUN_DONE, again.end());
    assertEquals(result.step(), again.step());
    assertEquals(result.evaluations(), again.evaluations());
  }

  @Test
  void killedAnywhereItStopsAtTheSameStepWithTheSameBest() {
    String[] flags = {
      "eval_steps", "2", "save_steps", "3", "early_stopping_patience", "3", "save_total_limit", "1"
    };
    TrialRun unbroken = run(flags);
    SegmentResult expected = unbroken.train(2);
    for (int kills = 1; kills <= 3; kills++) {
      TrialRun run = run(flags);
      SegmentResult result = trainKilled(run, kills);
      assertEquals(expected.step(), result.step());
      assertEquals(expected.evaluations().bestStep(), result.evaluations().bestStep());
      assertEquals(expected.evaluations().best(), result.evaluations().best(), 1e-5);
      assertEquals(checkpoints(unbroken).get(0), checkpoints(run).get(0));
    }
  }

  /**
   * Dies after every {@code every} steps beyond the newest checkpoint, on other ranks each time.
   */
  private static SegmentResult trainKilled(TrialRun run, int every) {
    int deaths = 0;
    while (true) {
      long from = checkpoints(run).stream().mapToLong(c -> c).max().orElse(0);
      // after four deaths at one place it gets through
      int left = deaths % 5 == 4 ? 1000 : every;
      int[] asked = {0};
      run.orders =
          () -> {
            if (++asked[0] > left) {
              throw new IllegalStateException("killed");
            }
            return false;
          };
      try {
        SegmentResult result = run.train(from, 1 + deaths % 3);
        return result;
      } catch (RuntimeException killed) {
        deaths++;
      }
    }
  }

  @Test
  void stoppedAtAnyStepItEndsAsUnbroken() throws IOException {
    String[] flags = {"eval_steps", "3", "early_stopping_patience", "2", "save_total_limit", "1"};
    TrialRun unbroken = run(flags);
    SegmentResult expected = unbroken.train(2);
    for (long stop = 1; stop < expected.step(); stop++) {
      TrialRun run = run(flags);
      run.stopAfter(stop);
      SegmentResult stopped = run.train(2);
      assertEquals(End.STOPPED, stopped.end());
      // an evaluation that is going on is given up
      assertEquals((stop - 1) % 3 == 0 ? stop - 1 : stop, stopped.step());
      run.orders = () -> false;
      SegmentResult result = run.train(stopped.step(), 2);
      assertEquals(expected.step(), result.step());
      assertEquals(expected.evaluations(), result.evaluations());
      // beside it, for this generation, the one resumed from
      assertTrue(checkpoints(run).containsAll(checkpoints(unbroken)));
      String last = "checkpoint-" + expected.step() + "/sparklora.json";
      assertArrayEquals(bytes(unbroken, last), bytes(run, last));
    }
  }

  /** A stop at the last step: what is evaluated when the run goes on ends it. */
  @Test
  void anOwedEvaluationEndsTheRunAndTouchesNoCheckpoint() throws IOException {
    String[] flags = {"eval_steps", "2", "early_stopping_patience", "2", "save_total_limit", "1"};
    TrialRun unbroken = run(flags);
    SegmentResult expected = unbroken.train(2);
    new FinalStage(unbroken.settings, Store.local(), unbroken.outputDir).publish(Consent.GIVEN);
    TrialRun run = run(flags);
    SegmentResult stopped = stoppedWithoutEvaluation(run, expected.step());
    Map<String, byte[]> before = files(run, "checkpoint-" + stopped.step());
    FinalStage unknowing = new FinalStage(run.settings, Store.local(), run.outputDir);
    assertThrows(Failure.class, () -> unknowing.publish(Consent.GIVEN));
    // as often as it is killed before it has published
    for (int i = 0; i < 2; i++) {
      SegmentResult result = run.train(stopped.step(), 1 + i);
      assertEquals(End.RUN_DONE, result.end());
      assertEquals(expected.step(), result.step());
      assertEquals(expected.evaluations().bestStep(), result.evaluations().bestStep());
      Map<String, byte[]> after = files(run, "checkpoint-" + stopped.step());
      assertEquals(before.keySet(), after.keySet());
      before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
    }
    FinalStage last = unknowing.after(Optional.of(run.train(stopped.step(), 2)));
    Map<String, byte[]> told = new HashMap<>();
    last.publish(
        Consent.GIVEN,
        (step, published) -> {
          told.putAll(published);
          return Map.of("step", ("" + step).getBytes(StandardCharsets.UTF_8));
        });
    assertTrue(unknowing.isDone());
    assertArrayEquals(bytes(run, "trainer_state.json"), told.get("trainer_state.json"));
    assertArrayEquals(bytes(run, "sparklora.json"), told.get("sparklora.json"));
    assertEquals(
        "" + expected.evaluations().bestStep(),
        new String(bytes(run, "step"), StandardCharsets.UTF_8));
    assertEquals(
        json(unbroken, "sparklora.json").get("published"),
        json(run, "sparklora.json").get("published"));
    assertEquals(
        json(unbroken, "trainer_state.json").get("log_history").size(),
        json(run, "trainer_state.json").get("log_history").size());
  }

  /** Stops so that the state of {@code step} is saved and its evaluation is not made. */
  private static SegmentResult stoppedWithoutEvaluation(TrialRun run, long step) {
    run.stopAfter(step);
    SegmentResult stopped = run.train(2);
    run.orders = () -> false;
    assertEquals(End.STOPPED, stopped.end());
    assertEquals(step, stopped.step());
    assertFalse(run.evaluations.stream().anyMatch(r -> r.evaluation().step() == step));
    return stopped;
  }

  private static Map<String, byte[]> files(TrialRun run, String folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (StoredFile file : Store.local().list(run.outputDir + "/" + folder)) {
      files.put(file.name(), bytes(run, folder + "/" + file.name()));
    }
    return files;
  }

  @Test
  void anUnbrokenRunWritesWhatAResumedOneWrites() throws IOException {
    String[] flags = {"eval_steps", "4", "lora_dropout", "0.1"};
    TrialRun unbroken = run(flags);
    unbroken.train(2);
    TrialRun broken = run(flags);
    broken.stopAfter(10);
    broken.train(2);
    broken.train(10, 2);
    JsonNode expected = json(unbroken, "checkpoint-20/trainer_state.json");
    JsonNode actual = json(broken, "checkpoint-20/trainer_state.json");
    assertEquals(expected.get("log_history"), actual.get("log_history"));
    assertEquals(expected.get("best_metric"), actual.get("best_metric"));
  }

  @Test
  void whatIsNoNumberIsNoBestAndIsReadBack() throws IOException {
    TrialRun run = run("eval_steps", "5", "save_steps", "5");
    run.heldOut = HELD_OUT.poisoned(3);
    run.stopAfter(12);
    run.train(2);
    SegmentResult result = run.train(12, 2);
    assertEquals(-1, result.evaluations().bestStep());
    JsonNode state = json(run, "checkpoint-20/trainer_state.json");
    assertTrue(state.get("best_metric").isNull());
    assertTrue(state.get("best_model_checkpoint").isNull());
    assertEquals("NaN", state.get("log_history").get(0).get("eval_loss").asText());
    new FinalStage(run.settings, Store.local(), run.outputDir).publish(Consent.GIVEN);
    assertEquals(20, json(run, "_published.json").get("step").asLong());
  }

  @Test
  void theRunOfAnotherFoldersCheckpointJudgesForItself() {
    TrialRun first = run("eval_steps", "4", "save_steps", "4");
    first.train(1);
    TrialRun second = run("eval_steps", "4");
    List<RankTrainer> trainers = List.of(new RankTrainer(second.settings, new TinyModel()));
    SegmentResult result = second.train(new Segment(16, 20, 0, first.outputDir), trainers);
    assertEquals(
        List.of(16L, 20L), second.evaluations.stream().map(r -> r.evaluation().step()).toList());
    assertEquals(20, result.evaluations().bestStep());
    assertEquals(second.evaluations.get(0).evaluation().loss(), result.evaluations().before());
  }

  @Test
  void theClosingWordsSayThatNothingWasBetterThanBefore() {
    TrialRun run = run("learning_rate", "40", "eval_steps", "10");
    List<String> warnings = run.train(1).warnings();
    assertTrue(
        warnings.stream()
            .anyMatch(
                w ->
                    w.matches(
                        "No evaluation was better than what training began with: loss 3\\.\\d{4}"
                            + " before, \\d+\\.\\d{4} at best\\. Lower --learning_rate, or look at"
                            + " the held-out rows\\.")),
        warnings.toString());
  }

  private static long best(TrialRun run) {
    Map<Double, Long> byLoss = new TreeMap<>();
    run.evaluations.stream()
        .filter(r -> r.evaluation().step() > 0)
        .forEach(r -> byLoss.putIfAbsent(r.evaluation().loss(), r.evaluation().step()));
    return byLoss.values().iterator().next();
  }

  private static List<Long> checkpoints(TrialRun run) {
    return Store.local().list(run.outputDir).stream()
        .map(f -> f.name())
        .filter(n -> n.startsWith("checkpoint-"))
        .map(n -> Long.parseLong(n.substring("checkpoint-".length())))
        .sorted()
        .toList();
  }

  private static byte[] bytes(TrialRun run, String file) throws IOException {
    return Files.readAllBytes(Path.of(run.outputDir, file));
  }

  private static JsonNode json(TrialRun run, String file) throws IOException {
    return new ObjectMapper().readTree(Path.of(run.outputDir, file).toFile());
  }

  private TrialRun run(String... flags) {
    return at(folder.resolve("run" + runs++), flags);
  }

  /** The same folder with other flags. */
  private static TrialRun again(TrialRun run, String... flags) {
    return at(Path.of(run.outputDir), flags);
  }

  private static TrialRun at(Path output, String... flags) {
    List<String> all = new ArrayList<>(List.of("eval_dataset", "held out"));
    all.addAll(List.of(flags));
    TrialRun run = TrialRun.of(TABLE, output, all.toArray(String[]::new));
    run.heldOut = HELD_OUT;
    return run;
  }
}
