package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Option;
import org.sparklora.plan.StepGrid;
import org.sparklora.storage.Store;
import org.sparklora.train.RunSettings.Provenance;

class TestRunSettings {
  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() {
    RunSettings run = TrialRun.settings(50, "lora_targets", "q_proj", "fp16", "true");
    assertEquals(Optional.empty(), RunSettings.read(Store.local(), folder.toString()));
    run.write(Store.local(), folder.toString());
    assertEquals(Optional.of(run), RunSettings.read(Store.local(), folder.toString()));
  }

  @Test
  void choicesStandInTheFileAsTheFlagsSpellThem() throws Exception {
    TrialRun.settings(50, "fp16", "true", "exchange_tls", "false", "resume", "never")
        .write(Store.local(), folder.toString());
    String text = Files.readString(folder.resolve("_run.json"));
    for (String line :
        List.of(
            "\"base_dtype\" : \"auto\",",
            "\"exchange_tls\" : \"false\",",
            "\"gradient_checkpointing\" : \"auto\",",
            "\"resume\" : \"never\",",
            "\"base_dtype\" : \"fp16\",",
            "\"label_policy\" : \"answer\",",
            "\"gradient_checkpointing\" : \"off\"\n")) {
      assertTrue(text.contains("    " + line), line);
    }
  }

  @Test
  void damagedSettingsAreNamed() throws Exception {
    Path file = folder.resolve("_run.json");
    Files.writeString(file, "{\"version\": 9}");
    assertEquals(
        "Cannot read the run's settings, version 9: %s (expected version 1 of _run.json). Give another --output_dir, or bring back the file."
            .formatted(file),
        refused(() -> RunSettings.read(Store.local(), folder.toString()), ExitCode.INPUT));
    Files.writeString(file, "{\"version\": 1}");
    assertTrue(
        refused(() -> RunSettings.read(Store.local(), folder.toString()), ExitCode.INPUT)
            .startsWith("Cannot read the run's settings, no rows: "));
    Files.writeString(file, "{\"version\": ");
    assertTrue(
        refused(() -> RunSettings.read(Store.local(), folder.toString()), ExitCode.INPUT)
            .startsWith("Cannot read the run's settings, Unexpected end-of-input"));
  }

  @Test
  void aFamilyOfAnotherVersionIsNamed() throws Exception {
    TrialRun.settings(50).write(Store.local(), folder.toString());
    Path file = folder.resolve("_run.json");
    Files.writeString(file, Files.readString(file).replace("\"llama\"", "\"mamba\""));
    assertEquals(
        "Cannot read the run's settings, unknown family mamba: %s (expected version 1 of _run.json). Give another --output_dir, or bring back the file."
            .formatted(file),
        refused(() -> RunSettings.read(Store.local(), folder.toString()), ExitCode.INPUT));
  }

  @Test
  void settingsThatWereHalfWrittenOverAreReadFromTheSpare() throws Exception {
    RunSettings run = TrialRun.settings(50);
    run.write(Store.local(), folder.toString());
    Path file = folder.resolve("_run.json");
    Path spare = folder.resolve("_run.spare.json");
    assertFalse(Files.exists(spare));
    String whole = Files.readString(file);
    Files.writeString(spare, whole);
    for (int length : new int[] {0, 1, whole.length() / 2}) {
      Files.writeString(file, whole.substring(0, length));
      assertEquals(Optional.of(run), RunSettings.read(Store.local(), folder.toString()));
    }
    Files.writeString(file, whole);
    Files.writeString(spare, "");
    assertEquals(Optional.of(run), RunSettings.read(Store.local(), folder.toString()));
  }

  @Test
  void savingLoggingRanksAndMemoryMayDifferOnResume() {
    RunSettings first = TrialRun.settings(50);
    RunSettings now =
        TrialRun.settings(
            50,
            "save_steps",
            "7",
            "save_total_limit",
            "1",
            "logging_steps",
            "9",
            "num_ranks",
            "3",
            "min_ranks",
            "2",
            "executor_wait",
            "1s",
            "gradient_checkpointing",
            "on",
            "max_tokens_per_micro_batch",
            "99",
            "learning_rate",
            "1.0e-1",
            "output_dir",
            "elsewhere");
    RunSettings resumed = first.resumedAs(now);
    assertEquals(7, resumed.config().saving().saveSteps());
    assertEquals(99, resumed.resolved().microBatchTokens());
    assertEquals(first.grid(), resumed.grid());
  }

  @Test
  void theDocumentNamesTheFlagsThatMayDiffer() throws Exception {
    String spec = Files.readString(Path.of("../docs/spec/training-run.md"));
    int start = spec.indexOf("On resume only ");
    String sentence = spec.substring(start, spec.indexOf(" may differ", start));
    Set<String> named =
        Pattern.compile("`(\\w+)`")
            .matcher(sentence)
            .results()
            .map(m -> m.group(1))
            .collect(Collectors.toSet());
    assertEquals(Set.copyOf(TrainFlags.names(Option.Identity.NONE)), named);
  }

  @Test
  void rowsPerStepStayWhatTheyWere() {
    RunSettings first = TrialRun.settings(50);
    RunSettings now =
        new RunSettings(
            "another id",
            first.config(),
            new StepGrid(50, 99, 20),
            first.resolved(),
            first.provenance(),
            first.environment());
    assertEquals(first.grid(), first.resumedAs(now).grid());
    assertEquals("run-1", first.resumedAs(now).runId());
  }

  @Test
  void aRunIdThatIsNoNameIsRefused() throws Exception {
    TrialRun.settings(50).write(Store.local(), folder.toString());
    Path file = folder.resolve("_run.json");
    String whole = Files.readString(file);
    for (String id : List.of("../../tmp/x", "a b", "", "x\\u001b[2J")) {
      Files.writeString(file, whole.replace("\"run-1\"", "\"" + id + "\""));
      assertEquals(
          "Cannot read the run's settings, its run_id is no name, '%s': %s (expected version 1 of _run.json). Give another --output_dir, or bring back the file."
              .formatted(id, file),
          refused(() -> RunSettings.read(Store.local(), folder.toString()), ExitCode.INPUT));
    }
  }

  @Test
  void anyOtherDifferenceIsRefusedByName() {
    RunSettings first = TrialRun.settings(50);
    RunSettings now =
        TrialRun.settings(
            51, "learning_rate", "0.2", "lora_rank", "4", "label_policy", "all", "bf16", "true");
    assertEquals(
        "Cannot resume the run in unused, it was started otherwise: --learning_rate was 0.1, is 0.2; --lora_rank was 8, is 4; --base_dtype was fp32, is bf16; --label_policy was answer, is all; the feature table's rows was 50, is 51 (expected the same). Start with the first values, or with another --output_dir.",
        refused(() -> first.resumedAs(now), ExitCode.USAGE));
  }

  @Test
  void moreStepsAreToldHowToGoOn() {
    RunSettings first = TrialRun.settings(50, "max_steps", "2");
    RunSettings longer = TrialRun.settings(50, "max_steps", "4");
    assertEquals(
        "Cannot resume the run in unused, it was started otherwise: --max_steps was 2, is 4 (expected the same). Start with the first values, or with another --output_dir. To train longer, let this run end and go on from its last step: --resume unused/checkpoint-2 --output_dir NEW.",
        refused(() -> first.resumedAs(longer), ExitCode.USAGE));
    assertFalse(refused(() -> longer.resumedAs(first), ExitCode.USAGE).contains("To train longer"));
  }

  @Test
  void anotherTableOrBaseIsAnotherRun() {
    RunSettings first = TrialRun.settings(50);
    RunSettings now =
        new RunSettings(
            "x",
            first.config(),
            first.grid(),
            first.resolved(),
            new Provenance("table-2", "codec-1", "prompt-1", "base-2"),
            first.environment());
    assertTrue(
        refused(() -> first.resumedAs(now), ExitCode.USAGE)
            .contains(
                "the base model's weights was base-1, is base-2; the feature table was table-1, is table-2"));
  }

  @Test
  void changesOfTheEnvironmentAreTold() {
    RunSettings first = TrialRun.settings(50);
    RunSettings now =
        new RunSettings(
            "x",
            first.config(),
            first.grid(),
            first.resolved(),
            first.provenance(),
            Map.of("threads", "2"));
    assertEquals(List.of("threads was 1, is 2"), first.environmentChanges(now));
    assertEquals(List.of(), first.environmentChanges(first));
  }

  private static String refused(Runnable action, ExitCode code) {
    Failure failure = assertThrows(Failure.class, action::run);
    assertEquals(code, failure.exitCode());
    return failure.getMessage();
  }

  @Test
  void stepsComeFromEpochsUnlessGiven() {
    assertEquals(
        new StepGrid(1000, 48, 63),
        RunSettings.firstGrid(config("num_train_epochs", "3"), 1000, 3));
    assertEquals(
        new StepGrid(1000, 48, 7), RunSettings.firstGrid(config("max_steps", "7"), 1000, 3));
    assertEquals(
        new StepGrid(1000, 48, 11),
        RunSettings.firstGrid(config("num_train_epochs", "0.5"), 1000, 3));
    assertEquals(63 * 48 / 1000.0, new StepGrid(1000, 48, 63).epochsAfter(63));
  }

  @Test
  void refusesWhatCannotBePlanned() {
    Failure empty =
        assertThrows(Failure.class, () -> RunSettings.firstGrid(config("max_steps", "7"), 0, 3));
    assertEquals(ExitCode.INPUT, empty.exitCode());
    assertEquals(
        "Cannot train, the feature table is empty: 0 rows (expected at least 1). Tokenize a corpus first.",
        empty.getMessage());
    Failure large =
        assertThrows(
            Failure.class,
            () -> RunSettings.firstGrid(config("gradient_accumulation_steps", "2000000000"), 5, 3));
    assertEquals(
        "Cannot train, an optimizer step has too many rows: 48000000000 (expected at most 2147483647). Lower --gradient_accumulation_steps.",
        large.getMessage());
    Failure larger =
        assertThrows(
            Failure.class,
            () ->
                RunSettings.firstGrid(
                    config("gradient_accumulation_steps", "2147483647"), 5, Integer.MAX_VALUE));
    assertTrue(
        larger.getMessage().contains(": 36893488113059364872 (expected"), larger.getMessage());
  }

  private static TrainConfig config(String flag, String value) {
    return TrainConfig.of(
            Map.of("tokenized_dataset", "t", "output_dir", "o", "gradient_accumulation_steps", "2"))
        .with(Map.of(flag, value));
  }
}
