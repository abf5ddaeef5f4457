package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.collective.AllReduce;
import org.sparklora.collective.LoopbackAllReduce;
import org.sparklora.collective.PeerLost;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.storage.Store;
import org.sparklora.train.SegmentResult.End;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;

class TestResume {
  private static final PlantedRows TABLE = PlantedRows.random(50);

  @TempDir private Path folder;
  private int runs;

  @Test
  void aResumedRunEqualsAnUnbrokenOneBitByBit() throws IOException {
    for (double dropout : new double[] {0, 0.3}) {
      assertResumedEqual(() -> new TinyModel(dropout, Double.POSITIVE_INFINITY));
    }
  }

  @Test
  void theFp16ScalerGoesOnWhereItWas() throws IOException {
    assertResumedEqual(() -> new TinyModel(0, 200), "fp16", "true");
  }

  private void assertResumedEqual(Supplier<TinyModel> models, String... flags) throws IOException {
    TrialRun unbroken = run(TABLE, flags);
    unbroken.models = models;
    unbroken.train(2);
    TrialRun broken = run(TABLE, flags);
    broken.models = models;
    broken.stopAfter(9);
    SegmentResult stopped = broken.train(2);
    assertEquals(End.STOPPED, stopped.end());
    assertEquals(9, stopped.step());
    assertEquals(broken.outputDir + "/checkpoint-9", stopped.checkpoint());
    SegmentResult done = broken.train(9, 2);
    assertEquals(End.RUN_DONE, done.end());
    assertEquals(unbroken.losses(), broken.losses());
    for (String file :
        List.of(
            "adapter_model.safetensors",
            "adapter_model.bin",
            "adapter_config.json",
            "optimizer.safetensors",
            "trainer_state.json",
            "sparklora.json")) {
      assertArrayEquals(last(unbroken, file), last(broken, file), file);
    }
  }

  @Test
  void anyNumberOfRanksGoesOnFromAnyOther() {
    TrialRun unbroken = run(TABLE);
    unbroken.train(1);
    for (List<Integer> ranks : List.of(List.of(1, 2, 3, 4), List.of(4, 3, 2, 1))) {
      TrialRun broken = run(TABLE);
      for (int part = 0; part < 4; part++) {
        broken.stopAfter(5L * (part + 1));
        broken.train(5L * part, ranks.get(part));
      }
      for (int i = 0; i < 20; i++) {
        assertEquals(unbroken.losses().get(i), broken.losses().get(i), 1e-5);
      }
      assertArrayEquals(unbroken.parameters.get(0), broken.parameters.get(0), 2e-5f);
    }
  }

  @Test
  void checkpointsComeEverySaveStepsAndAtTheEnd() {
    TrialRun run = run(TABLE, "save_steps", "6");
    run.train(2);
    assertEquals(
        List.of("checkpoint-12", "checkpoint-18", "checkpoint-20", "checkpoint-6"),
        checkpoints(run));
  }

  @Test
  void rotationKeepsTheNewestAndTheOneResumedFrom() {
    TrialRun run = run(TABLE, "save_steps", "3", "save_total_limit", "2");
    run.stopAfter(7);
    run.train(2);
    assertEquals(List.of("checkpoint-6", "checkpoint-7"), checkpoints(run));
    run.train(6, 2);
    assertEquals(List.of("checkpoint-20", "checkpoint-6"), checkpoints(run));
  }

  @Test
  void aHeldStateIsUsedAgainIfAllRanksHoldTheStep() throws IOException {
    TrialRun unbroken = run(TABLE);
    unbroken.train(2);
    TrialRun held = run(TABLE);
    List<TinyModel> models = List.of(new TinyModel(), new TinyModel());
    List<RankTrainer> trainers =
        models.stream().map(m -> new RankTrainer(held.settings, m)).toList();
    held.train(new Segment(0, 9, 0), trainers);
    Files.delete(Path.of(held.outputDir, "checkpoint-9", "manifest.json"));
    assertEquals(End.RUN_DONE, held.train(new Segment(9, 20, 1), trainers).end());
    assertEquals(unbroken.losses(), held.losses());
    // one new rank: all need the checkpoint, which is gone
    List<RankTrainer> mixed =
        List.of(trainers.get(0), new RankTrainer(held.settings, new TinyModel()));
    assertThrows(RuntimeException.class, () -> held.train(new Segment(9, 20, 2), mixed));
  }

  @Test
  void aFailedGenerationBeginsWithACheckpointAgain() {
    TrialRun unbroken = run(TABLE);
    unbroken.train(2);
    TrialRun run = run(TABLE, "save_steps", "4");
    List<RankTrainer> trainers =
        List.of(
            new RankTrainer(run.settings, new TinyModel()),
            new RankTrainer(run.settings, new TinyModel()));
    run.orders =
        () -> {
          if (run.reports.size() == 6) {
            throw new IllegalStateException("planted");
          }
          return false;
        };
    assertThrows(RuntimeException.class, () -> run.train(new Segment(0, 20, 0), trainers));
    run.orders = () -> false;
    run.reports.clear();
    run.train(new Segment(0, 20, 1), trainers);
    assertEquals(unbroken.losses(), run.losses());
    run.reports.clear();
    run.train(new Segment(4, 20, 2), trainers);
    assertEquals(unbroken.losses().subList(4, 20), run.losses());
  }

  @Test
  void aCheckpointFromElsewhereCanBeGiven() {
    TrialRun first = run(TABLE);
    first.stopAfter(9);
    first.train(1);
    TrialRun second = run(TABLE);
    List<RankTrainer> trainers = List.of(new RankTrainer(second.settings, new TinyModel()));
    SegmentResult result = second.train(new Segment(9, 20, 0, first.outputDir), trainers);
    assertEquals(End.RUN_DONE, result.end());
    assertEquals(List.of("checkpoint-20"), checkpoints(second));
  }

  @Test
  void aCheckpointThatIsGoneOrDamagedIsNamed() throws IOException {
    TrialRun run = run(TABLE);
    run.stopAfter(9);
    run.train(1);
    Files.write(Path.of(run.outputDir, "checkpoint-9", "adapter_model.bin"), new byte[3]);
    Failure failure = assertThrows(Failure.class, () -> run.train(9, 1));
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertEquals(
        "Cannot go on at step 9, its checkpoint is not there or damaged: %s (expected a valid one of run run-1). Start again to take an earlier one."
            .formatted(run.outputDir),
        failure.getMessage());
  }

  @Test
  void ranksThatDifferTakeRankZerosValuesAndAreCounted() {
    TrialRun equal = run(TABLE);
    equal.train(2);
    TrialRun run = run(TABLE);
    TinyModel other = new TinyModel();
    float[] values = new float[other.size()];
    values[5] = 0.5f;
    other.write(Values.PARAMETERS, FloatBuffer.wrap(values));
    List<RankTrainer> trainers =
        List.of(
            new RankTrainer(run.settings, new TinyModel()), new RankTrainer(run.settings, other));
    SegmentResult result = run.train(new Segment(0, 20, 0), trainers);
    assertEquals(equal.losses(), run.losses());
    assertEquals(
        List.of("The ranks' adapters differed 1 times and were made equal to rank 0's."),
        result.warnings());
  }

  @Test
  void aRankZeroWithoutPeersWritesNothing() {
    List<AllReduce> peers = LoopbackAllReduce.group(2);
    TrialRun run = run(TABLE);
    TinyModel model = new TinyModel();
    Segment segment = new Segment(0, 20, 0);
    Attempt attempt = new Attempt(run.settings, segment, peers.get(0), run.services());
    peers.get(1).close();
    assertThrows(
        PeerLost.class,
        () ->
            PeersConsent.during(
                attempt.peers(),
                consent -> {
                  consent.ask("write");
                  Store.local().writeText(run.outputDir + "/written", "");
                  return "";
                }));
    assertThrows(
        PeerLost.class,
        () ->
            new SavedStates(attempt, model)
                .save(new LoopState(run.settings), RunLog.open(attempt)));
    assertFalse(Files.exists(Path.of(run.outputDir, "written")));
    assertFalse(Files.exists(Path.of(run.outputDir, "checkpoint-0")));
  }

  @Test
  void whatAPeerSentBeforeTheQuestionIsNoConsent() throws InterruptedException {
    List<AllReduce> peers = LoopbackAllReduce.group(2);
    Thread early =
        new Thread(
            () -> {
              peers.get(1).gather(new byte[0]);
              peers.get(1).close();
            });
    early.start();
    assertThrows(
        PeerLost.class,
        () ->
            PeersConsent.during(
                peers.get(0),
                consent -> {
                  consent.ask("write");
                  Store.local().writeText(folder + "/written", "");
                  return "";
                }));
    early.join();
    assertFalse(Files.exists(folder.resolve("written")));
  }

  @Test
  void theClosingWordsNameAnAdapterThatLearnedNothing() {
    TrialRun warming = run(TABLE, "max_steps", "1", "warmup_steps", "5");
    assertEquals(
        List.of("The adapter changes nothing: all its B matrices are still zero."),
        warming.train(2).warnings());
    PlantedRows poisoned = PlantedRows.random(60).poisoned(14).unlabelled(1);
    List<String> faults = run(poisoned, "max_steps", "10").train(2).warnings();
    assertTrue(
        faults.containsAll(
            List.of(
                "1 steps were left out because a loss or gradient was not finite.",
                "1 rows had no labels and trained nothing.")),
        faults.toString());
    TrialRun still = run(TABLE, "learning_rate", "1e-9");
    List<String> words = still.train(1).warnings();
    assertEquals(1, words.size());
    assertTrue(words.get(0).startsWith("The loss did not fall: "), words.get(0));
    assertTrue(words.get(0).endsWith(" Raise --learning_rate or --max_steps."), words.get(0));
  }

  @Test
  void theOptimizersStateMustFitTheAdapter() throws IOException {
    Path file = folder.resolve("optimizer.safetensors");
    try (var out = Files.newOutputStream(file)) {
      SafetensorsFile.write(out, Map.of("exp_avg", TensorValue.of(new float[3], 3)), Map.of());
    }
    TinyModel model = new TinyModel();
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                OptimizerFile.restore(
                    Store.local(), file.toString(), model, new LoopState(run(TABLE).settings)));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot resume, the optimizer's state does not fit the adapter: exp_avg is F32[3] in %s (expected 96 values). Resume from another checkpoint."
            .formatted(file),
        failure.getMessage());
  }

  @Test
  void foreignStateFilesAreNamed() {
    LoopState state = new LoopState(run(TABLE).settings);
    assertEquals(
        "Cannot resume, the checkpoint's sparklora.json is not one of ours: no number step (expected version 1). Resume from another one.",
        assertThrows(Failure.class, () -> StateFiles.restore(state, "{}", "{}")).getMessage());
    assertEquals(
        "Cannot resume, the checkpoint's sparklora.json is not one of ours: no JSON (expected version 1). Resume from another one.",
        assertThrows(Failure.class, () -> StateFiles.restore(state, "{}", "{")).getMessage());
  }

  private TrialRun run(PlantedRows table, String... flags) {
    return TrialRun.of(table, folder.resolve("run" + runs++), flags);
  }

  private static byte[] last(TrialRun run, String file) throws IOException {
    return Files.readAllBytes(Path.of(run.outputDir, "checkpoint-20", file));
  }

  private static List<String> checkpoints(TrialRun run) {
    return Store.local().list(run.outputDir).stream()
        .map(f -> f.name())
        .filter(n -> n.startsWith("checkpoint-"))
        .toList();
  }
}
