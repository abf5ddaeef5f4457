package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.checkpoint.Consent;
import org.sparklora.storage.Store;

class TestFinalStage {
  private static final PlantedRows TABLE = PlantedRows.random(50);

  @TempDir private Path folder;

  @Test
  void publishesTheLastCheckpointAndRotates() throws IOException {
    TrialRun run = TrialRun.of(TABLE, folder, "save_steps", "9", "save_total_limit", "1");
    run.train(2);
    FinalStage last = new FinalStage(run.settings, Store.local(), run.outputDir);
    assertFalse(last.isDone());
    last.publish(Consent.GIVEN);
    assertTrue(last.isDone());
    for (String file :
        List.of(
            "adapter_model.safetensors",
            "adapter_model.bin",
            "adapter_config.json",
            "sparklora.json",
            "trainer_state.json")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("checkpoint-20").resolve(file)),
          Files.readAllBytes(folder.resolve(file)),
          file);
    }
    assertFalse(Files.exists(folder.resolve("optimizer.safetensors")));
    assertFalse(Files.exists(folder.resolve("checkpoint-18")));
  }

  @Test
  void publishingAgainChangesNothing() {
    TrialRun run = TrialRun.of(TABLE, folder);
    run.train(1);
    FinalStage last = new FinalStage(run.settings, Store.local(), run.outputDir);
    last.publish(Consent.GIVEN);
    List<String> asked = new ArrayList<>();
    last.publish(asked::add);
    assertEquals(List.of(), asked);
  }

  @Test
  void aRunThatIsNotAtItsEndIsNotPublished() {
    TrialRun run = TrialRun.of(TABLE, folder);
    FinalStage last = new FinalStage(run.settings, Store.local(), run.outputDir);
    Failure failure = assertThrows(Failure.class, () -> last.publish(Consent.GIVEN));
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertEquals(
        "Cannot publish, the checkpoint of the last step is not there or damaged: step 20 in %s (expected a valid one of run run-1). Start again to train from an earlier one."
            .formatted(folder),
        failure.getMessage());
  }

  @Test
  void theTrainerStateHasHuggingFacesKeysOnly() throws IOException {
    TrialRun run = TrialRun.of(TABLE, folder);
    run.train(1);
    JsonNode state =
        new ObjectMapper().readTree(folder.resolve("checkpoint-20/trainer_state.json").toFile());
    Set<String> keys = new TreeSet<>();
    state.fieldNames().forEachRemaining(keys::add);
    // the fields of transformers 4.29's TrainerState
    assertEquals(
        Set.of(
            "best_metric",
            "best_model_checkpoint",
            "epoch",
            "global_step",
            "is_hyper_param_search",
            "is_local_process_zero",
            "is_world_process_zero",
            "log_history",
            "max_steps",
            "num_train_epochs",
            "total_flos",
            "trial_name",
            "trial_params"),
        keys);
    assertEquals(20, state.get("global_step").asInt());
    assertEquals(2.4, state.get("epoch").asDouble());
    assertEquals(3, state.get("num_train_epochs").asInt());
    assertEquals(5, state.get("log_history").size());
    double mean = run.losses().subList(4, 8).stream().mapToDouble(l -> l).average().getAsDouble();
    assertEquals(mean, state.get("log_history").get(1).get("loss").asDouble(), 1e-12);
    assertEquals(8, state.get("log_history").get(1).get("step").asInt());
  }

  @Test
  void sparkloraJsonSaysWhatTheAdapterBelongsTo() throws IOException {
    TrialRun run = TrialRun.of(TABLE, folder);
    run.train(1);
    JsonNode ours =
        new ObjectMapper().readTree(folder.resolve("checkpoint-20/sparklora.json").toFile());
    assertEquals("answer", ours.get("label_policy").asText());
    assertEquals("codec-1", ours.get("codec_fingerprint").asText());
    assertEquals("prompt-1", ours.get("prompt_fingerprint").asText());
    assertEquals("base-1", ours.get("base_fingerprint").asText());
    assertEquals("table-1", ours.get("table_fingerprint").asText());
    assertEquals("run-1", ours.get("run_id").asText());
  }

  @Test
  void metricFilesLieUnderRuns() {
    TrialRun run = TrialRun.of(TABLE, folder);
    run.train(2);
    List<String> files =
        Store.local().list(folder + "/runs/run-1").stream().map(f -> f.name()).toList();
    assertEquals(2, files.size(), files.toString());
    String lines = Store.local().readText(folder + "/runs/run-1/" + files.get(1));
    assertEquals(5, lines.lines().count(), lines);
    assertTrue(lines.contains("train/tokens_per_second"), lines);
  }
}
