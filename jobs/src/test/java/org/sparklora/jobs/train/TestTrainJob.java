package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.LoggedLines;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.storage.Lease;
import org.sparklora.storage.Store;

class TestTrainJob {
  private static final SparkSession SESSION = LocalSpark.session();

  @TempDir static Path tables;
  private static Path table;

  @TempDir Path folder;

  @BeforeAll
  static void tokenize() {
    TokenizeCorpus corpus = new TokenizeCorpus(SESSION, tables);
    corpus.run();
    table = corpus.table();
  }

  @Test
  void trainsPublishesAndHasNothingToDoAgain() throws Exception {
    TrainRun run = run("a").with("save_total_limit", "2");
    TrainResult result = run.run();

    assertTrue(result.trained());
    assertEquals(TrainRun.PUBLISHED, run.files());
    assertEquals(6, run.lines().size());
    assertTrue(run.lines().get(5).startsWith("step 6/6  loss "), run.lines().get(5));
    assertTrue(result.summary().contains("published the adapter in " + run.output()));
    assertTrue(result.outcome().figures().get("tokens").longValue() > 1000);

    TrainResult again = run.run();
    assertFalse(again.trained());
    assertTrue(again.summary().startsWith("Nothing to do, all 6 steps of run "), again.summary());
  }

  @Test
  void aStoppedRunGoesOnToTheSameAdapterBitByBit() throws Exception {
    TrainRun whole = run("whole");
    whole.run();

    TrainRun broken = run("broken").stoppedAfter(4);
    Failure stopped = assertThrows(Failure.class, broken::run);
    assertEquals(ExitCode.STOPPED, stopped.exitCode());
    assertTrue(
        stopped.getMessage().startsWith("Stopped by a signal after step 4; "),
        stopped.getMessage());
    assertFalse(Files.exists(broken.output().resolve("adapter_model.safetensors")));

    TrainRun resumed = run("broken");
    resumed.run();
    assertTrue(resumed.lines().get(0).startsWith("step 5/6"), resumed.lines().get(0));
    assertArrayEquals(whole.adapter(), resumed.adapter());
  }

  @Test
  void aStopFileMakesTheRunSaveAndEndAndTheNextOneGoesOn() throws Exception {
    TrainRun asked = run("asked").with("max_steps", "2000").with("save_steps", "1000");
    Path file = asked.output().resolve("_stop");
    asked.watched(line -> write(file, line));
    Failure stopped = assertThrows(Failure.class, asked::run);
    assertEquals(ExitCode.STOPPED, stopped.exitCode());
    assertTrue(
        stopped
            .getMessage()
            .matches(
                "Stopped by the file _stop after step (\\d+); the last checkpoint is \\S+/checkpoint-\\1\\. Run the same command again to go on\\."),
        stopped.getMessage());
    assertEquals(143, exitCode("asked"));
    assertFalse(Files.exists(file));

    Files.createFile(file);
    TrainRun early = run("asked").with("max_steps", "2000").with("save_steps", "1000");
    Failure between = assertThrows(Failure.class, early::run);
    assertTrue(between.getMessage().contains(", between two generations."), between.getMessage());
    assertFalse(Files.exists(file));
    assertEquals(List.of(), early.lines());
  }

  private static void write(Path file, String line) {
    if (line.startsWith("step 2/")) {
      Store.local().writeText(file.toString(), "");
    }
  }

  @Test
  void everySparkJobAndStageOfARunHasADescription() throws Exception {
    StageDescriptions descriptions = new StageDescriptions();
    SESSION.sparkContext().addSparkListener(descriptions);
    run("described").with("max_steps", "2").run();
    new TokenizeCorpus(SESSION, folder.resolve("described table")).run();
    SESSION.sparkContext().listenerBus().waitUntilEmpty();
    descriptions.assertNoneMissing();
    SESSION.sparkContext().removeSparkListener(descriptions);
  }

  @Test
  void anArrowTableTrainsToTheSameAdapter() throws Exception {
    TokenizeCorpus arrow = new TokenizeCorpus(SESSION, folder).with("format", "arrow");
    arrow.run();
    TrainRun fromParquet = run("parquet").with("max_steps", "2");
    fromParquet.run();
    TrainRun fromArrow =
        new TrainRun(SESSION, arrow.table(), folder.resolve("out")).with("max_steps", "2");
    fromArrow.run();
    assertArrayEquals(fromParquet.adapter(), fromArrow.adapter());
  }

  @Test
  void llmTuningsOwnTableTrainsWhenTrusted() {
    Path own = Fixtures.path("llama", "features.arrow");
    Failure refused =
        assertThrows(Failure.class, () -> new TrainRun(SESSION, own, folder.resolve("x")).run());
    assertTrue(refused.getMessage().contains("add --trust_table"), refused.getMessage());
    TrainRun trusted =
        new TrainRun(SESSION, own, folder.resolve("y"))
            .with("trust_table", "true")
            .with("max_steps", "1");
    Failure unnamed = assertThrows(Failure.class, trusted::run);
    assertEquals(
        "Cannot train, the feature table does not say its base model: %s (expected _features.json). Add --model_checkpoint."
            .formatted(own),
        unnamed.getMessage());
    assertTrue(
        trusted
            .with("model_checkpoint", Fixtures.path("llama", "model").toString())
            .run()
            .trained());
  }

  @Test
  void anotherBaseThanTheTablesIsRefused() throws Exception {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                run("x")
                    .with("model_checkpoint", Fixtures.path("qwen2", "model").toString())
                    .run());
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot train, the feature table was made with another tokenizer than the base model's: sha256:"),
        failure.getMessage());
    assertEquals(List.of("_outcome.json"), files("x"));
  }

  @Test
  void theOutputOfAnotherRunIsRefused() throws Exception {
    run("a").with("max_steps", "1").run();
    Failure other =
        assertThrows(
            Failure.class, () -> run("a").with("max_steps", "1").with("lora_rank", "4").run());
    assertEquals(ExitCode.USAGE, other.exitCode());
    assertTrue(other.getMessage().contains("--lora_rank was 8, is 4"), other.getMessage());
    Failure never =
        assertThrows(
            Failure.class, () -> run("a").with("max_steps", "1").with("resume", "never").run());
    assertTrue(
        never.getMessage().startsWith("Cannot start a new run, the output folder holds one: run "));

    Path strange = Files.createDirectories(folder.resolve("b/checkpoint-200")).getParent();
    Failure stranger = assertThrows(Failure.class, () -> run("b").run());
    assertEquals(
        "Cannot train, the output folder holds another training's files: checkpoint-200 in %s (expected an empty or new folder). Choose another --output_dir."
            .formatted(strange),
        stranger.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "_features.json",
        "_predictions.json",
        "_unfinished",
        "state.json",
        "pytorch_model.bin",
        "model-00001-of-00002.safetensors",
        "model.safetensors.index.json",
        "tokenizer_config.json"
      })
  void modelsAndTablesAreNoOutputFolder(String name) throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve(name), "{}");
    Failure failure = assertThrows(Failure.class, () -> run("other").run());
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot train, the output folder holds a model or a table: %s in %s (expected an empty or new folder). Choose another --output_dir."
            .formatted(name, other),
        failure.getMessage());
    assertEquals(List.of(name), files("other"));
  }

  @Test
  void theOutputIsApartFromTableAndBase() throws Exception {
    Failure inTable =
        assertThrows(Failure.class, () -> run("t").with("output_dir", table + "/adapter").run());
    assertEquals(
        "Cannot write the output, its folder lies in what --tokenized_dataset names: %s in %s (expected them apart). Change --output_dir."
            .formatted(table + "/adapter", table),
        inTable.getMessage());
    assertEquals(ExitCode.USAGE, inTable.exitCode());
    String base = Fixtures.path("llama", "model").toString();
    Failure inBase =
        assertThrows(Failure.class, () -> run("t").with("output_dir", base + "/adapter").run());
    assertEquals(
        "Cannot write the output, its folder lies in what --model_checkpoint names: %s in %s (expected them apart). Change --output_dir."
            .formatted(base + "/adapter", base),
        inBase.getMessage());
    assertFalse(Files.exists(Path.of(base, "adapter")));
  }

  @Test
  void theOutcomeIsAlwaysThatOfTheLastRun() throws Exception {
    run("a").with("max_steps", "1").run();
    assertEquals(0, exitCode("a"));
    assertThrows(Failure.class, () -> run("a").with("max_steps", "2").run());
    assertEquals(2, exitCode("a"));
    run("a").with("max_steps", "1").run();
    assertEquals(0, exitCode("a"));
  }

  private int exitCode(String name) throws Exception {
    Path outcome = folder.resolve(name).resolve("_outcome.json");
    return new ObjectMapper().readTree(outcome.toFile()).get("exit_code").asInt();
  }

  private List<String> files(String name) throws Exception {
    try (var files = Files.list(folder.resolve(name))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aHeldOutputFolderIsExitCodeSeven() {
    Path output = folder.resolve("held");
    try (Lease lease = Lease.take(Store.local(), output.toString())) {
      lease.check();
      Failure failure = assertThrows(Failure.class, () -> run("held").run());
      assertEquals(ExitCode.HELD, failure.exitCode());
    }
    assertFalse(Files.exists(output.resolve("_outcome.json")));
  }

  @Test
  void targetsThatMatchNothingAreRefusedWithTheirNames() throws Exception {
    Failure failure =
        assertThrows(Failure.class, () -> run("t").with("lora_targets", "q_proj,nothing").run());
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot place the adapter, targets match no weight: nothing (expected names among "),
        failure.getMessage());
    assertEquals(List.of("_outcome.json"), files("t"));
  }

  @Test
  void whatCannotBeTrainedIsRefusedOnTheDriverAndClaimsNothing() throws Exception {
    TrainRun first = run("first").with("max_steps", "2");
    first.run();
    String adapter = first.output().toString();
    String checkpoint = first.output().resolve("checkpoint-2").toString();
    refusedBeforeAnything(
        run("early").with("lora_rank", "2000000000"),
        "Cannot place the adapter, --lora_rank is too large for this base: 2000000000 (expected at most ");
    refusedBeforeAnything(
        run("early").with("previous_lora_weights", adapter).with("lora_rank", "4"),
        "Cannot go on with --previous_lora_weights, its rank is not this run's: 8 (expected 4). Change --lora_rank or give another adapter.");
    refusedBeforeAnything(
        run("early").with("previous_lora_weights", adapter).with("lora_alpha", "16"),
        "Cannot go on with --previous_lora_weights, its scaling is not this run's: 4.0 (expected 2.0). Change --lora_alpha or --rslora or give another adapter.");
    refusedBeforeAnything(
        run("early").with("resume", checkpoint).with("lora_rank", "4"),
        "Cannot go on with --resume, its rank is not this run's: 8 (expected 4). Change --lora_rank or give another checkpoint.");
  }

  @Test
  void moreRanksThanLocalModeHasThreadsAreRefused() throws Exception {
    refusedBeforeAnything(
        run("ranks").with("num_ranks", "3"),
        "Cannot train, --num_ranks is more than can ever run at once: 3 (expected at most 2, the threads of local[2]). Lower it, or start with --master local[3].");
  }

  private void refusedBeforeAnything(TrainRun run, String message) throws Exception {
    Failure failure = assertThrows(Failure.class, run::run);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(failure.getMessage().startsWith(message), failure.getMessage());
    assertEquals(List.of("_outcome.json"), run.files());
  }

  @Test
  void startsFromAPreviousAdapter() throws Exception {
    TrainRun first = run("first").with("max_steps", "2");
    first.run();
    TrainRun second =
        run("second")
            .with("max_steps", "2")
            .with("previous_lora_weights", first.output().toString());
    TrainResult result = second.run();
    assertEquals(0, second.lines().stream().filter(l -> l.startsWith("Prompts are ")).count());
    double start = result.segment().orElseThrow().firstLoss();
    double before = run("plain").with("max_steps", "2").run().segment().orElseThrow().firstLoss();
    assertTrue(start < before, start + " against " + before);
    JsonNode origin =
        new ObjectMapper().readTree(first.output().resolve(AdapterOrigin.FILE).toFile());
    ((ObjectNode) origin).putObject("prompt_form").put("form", "baichuan");
    Files.writeString(first.output().resolve(AdapterOrigin.FILE), origin.toString());
    TrainRun third =
        run("third")
            .with("max_steps", "1")
            .with("previous_lora_weights", first.output().toString());
    third.run();
    assertTrue(
        third
            .lines()
            .contains(
                "Prompts are written as none, but the adapter of --previous_lora_weights was trained with baichuan"),
        third.lines().toString());
  }

  @Test
  void refusesAPreviousAdapterOfAnotherBaseBeforeAnythingIsWritten() throws Exception {
    TrainRun first = run("first").with("max_steps", "2");
    first.run();
    Path origin = first.output().resolve(AdapterOrigin.FILE);
    Files.writeString(origin, "{\"base_fingerprint\": \"another\"}");
    TrainRun second = run("second").with("previous_lora_weights", first.output().toString());
    Failure failure = assertThrows(Failure.class, second::run);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot use the adapter, it was trained on another base: another in %s (expected "
                    .formatted(first.output())),
        failure.getMessage());
    assertEquals(List.of("_outcome.json"), second.files());
    try (LoggedLines log = new LoggedLines()) {
      second.with("max_steps", "2").with("trust_base", "true").run();
      assertEquals(1, log.containing("was trained on another base: another (this one is ").size());
    }
    assertTrue(Files.exists(second.output().resolve("adapter_model.safetensors")));
  }

  @Test
  void aRunOfAnotherBaseGoesOnWithTrustAlone() throws Exception {
    run("run").with("max_steps", "2").run();
    Path settings = folder.resolve("run/_run.json");
    String text = Files.readString(settings);
    Files.writeString(
        settings,
        text.replaceFirst(
            "(\"base(?:_fingerprint)?\"\\s*:\\s*\")tensors:[0-9a-f]+",
            "$1tensors:" + "0".repeat(64)));
    assertFalse(text.equals(Files.readString(settings)), text);
    TrainRun again = run("run").with("max_steps", "2");
    Failure failure = assertThrows(Failure.class, again::run);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(
        failure.getMessage().contains(", it was started otherwise: the base model's weights was "),
        failure.getMessage());
    try (LoggedLines log = new LoggedLines()) {
      again.with("trust_base", "true").run();
      assertEquals(1, log.containing("The run was started on another base: ").size());
    }
  }

  @Test
  void resumesFromANamedCheckpointOfAnotherFolder() throws Exception {
    TrainRun first = run("first");
    first.run();
    String from = first.output().resolve("checkpoint-4").toString();
    TrainRun second = run("second").with("resume", from);
    second.run();
    assertTrue(second.lines().get(0).startsWith("step 5/6"), second.lines().get(0));
    assertArrayEquals(first.adapter(), second.adapter());

    Failure end =
        assertThrows(
            Failure.class, () -> run("z").with("resume", from).with("max_steps", "4").run());
    assertEquals(
        "Cannot resume from step 4, the run ends before: 4 steps (expected more). Raise --max_steps or --num_train_epochs.",
        end.getMessage());
    assertEquals(List.of("_outcome.json"), files("z"));
  }

  private TrainRun run(String name) {
    return new TrainRun(SESSION, table, folder.resolve(name));
  }
}
