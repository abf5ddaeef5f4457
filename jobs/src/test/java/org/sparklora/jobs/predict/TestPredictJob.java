package org.sparklora.jobs.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.config.Given;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.predict.PredictionsInfo;
import org.sparklora.storage.Lease;
import org.sparklora.storage.Store;

/** {@code docs/spec/predictions.md}. */
class TestPredictJob {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkSession session = LocalSpark.session();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "chatglm, base, jsonl",
    "chatglm2, adapter, parquet",
    "baichuan, base, parquet",
    "llama, adapter, jsonl",
    "qwen2, base, jsonl",
  })
  void answersEqualTheReference(String family, String which, String format) throws IOException {
    JsonNode golden =
        JSON.readTree(Fixtures.path(family, "golden/golden.json").toFile()).get("generation");
    PredictPrompts job =
        job(prompts(golden)).with("max_new_tokens", golden.get("max_new_tokens").asText());
    job.with("model_checkpoint", Fixtures.path(family, "model").toString()).with("format", format);
    if (which.equals("adapter")) {
      job.with("adapter", Fixtures.path(family, "golden/adapter").toString());
    }
    PredictResult result = job.run();
    List<JsonNode> rows = job.rows();
    for (int i = 0; i < golden.get("prompts").size(); i++) {
      JsonNode expected = golden.get("prompts").get(i);
      assertEquals(expected.get("prompt").asText(), rows.get(i).get("prompt").asText());
      assertEquals(expected.get(which + "_text").asText(), rows.get(i).get("prediction").asText());
    }
    assertEquals(rows.size(), result.info().counts().rows());
    assertFalse(result.info().hasTargets());
    assertEquals(2, rows.get(0).size(), "no columns without targets");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "parquet"})
  void rowsKeepTheirOrderAndTargetsAreCompared(String format) throws IOException {
    PredictPrompts job = job(corpus(40)).with("format", format).with("target_key", "a");
    // Two rows whose targets are the model's own predictions.
    List<String> predictions = predictions(corpus(40));
    Path input = folder.resolve("own.jsonl");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      JsonNode row = Fixtures.lines("llama", "corpus.jsonl").get(i);
      String target = i % 20 == 7 ? " " + predictions.get(i) + "\n" : row.get("a").asText();
      lines.add(
          JSON.createObjectNode().put("q", row.get("q").asText()).put("a", target).toString());
    }
    Files.write(input, lines);
    PredictResult result = job.with("input_file", input.toString()).run();

    List<JsonNode> rows = job.rows();
    for (int i = 0; i < 40; i++) {
      assertEquals(JSON.readTree(lines.get(i)).get("q"), rows.get(i).get("prompt"));
      assertEquals(JSON.readTree(lines.get(i)).get("a"), rows.get(i).get("target"));
      assertEquals(predictions.get(i), rows.get(i).get("prediction").asText());
      assertEquals(i % 20 == 7, rows.get(i).get("exact_match").asBoolean());
    }
    PredictionsInfo info = job.info();
    assertEquals(result.info(), info);
    assertEquals(2, info.counts().exactMatches());
    assertEquals(0.05, info.exactMatch());
    assertTrue(info.files().size() > 1, "several tasks write several files");
    assertTrue(info.counts().newTokens() > 40 && info.counts().newTokens() <= 320);
    assertTrue(
        result
            .summary()
            .matches(
                "Predicted 40 rows, \\d+ new tokens in \\d+\\.\\d s, exact match 0\\.050 \\(2\\) in"
                    + " .*"),
        result.summary());
  }

  @Test
  void samplesDoNotDependOnPartitionsOrBatches() throws IOException {
    List<String> some = sampled("16", "jsonl");
    assertEquals(some, sampled("3", "parquet"));
    List<JsonNode> rows = Fixtures.lines("llama", "corpus.jsonl").subList(0, 40);
    Path array = folder.resolve("array.json");
    Files.writeString(array, rows.toString());
    assertEquals(some, sampled(job(array), "8", "jsonl"));
    assertNotEquals(some, predictions(corpus(40)));
  }

  @Test
  void parquetInputKeepsTheOrderOfItsFiles() throws IOException {
    Path input = PredictPrompts.parquet(session, folder, 40);
    List<String> expected = new ArrayList<>();
    try (var files = Files.list(input)) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith("parquet")).sorted()::iterator) {
        session
            .read()
            .parquet(file.toString())
            .collectAsList()
            .forEach(r -> expected.add(r.getAs("q")));
      }
    }
    PredictPrompts job = job(input).with("target_key", "a");
    job.run();
    assertEquals(expected, job.column("prompt"));
  }

  @Test
  void runningTwiceDoesNothingAndSaysSo() throws IOException {
    PredictPrompts job = job(corpus(6));
    assertTrue(job.run().made());
    var before = Files.getLastModifiedTime(job.table().resolve(PredictionsInfo.FILE));
    PredictResult again = job.with("batch_size", "3").run();
    assertFalse(again.made());
    assertTrue(
        again
            .summary()
            .startsWith("Nothing to do, the same sources and settings already made 6 rows"));
    assertEquals(before, Files.getLastModifiedTime(job.table().resolve(PredictionsInfo.FILE)));
  }

  @Test
  void anotherTableIsRefusedOrOverwritten() throws IOException {
    PredictPrompts job = job(corpus(6));
    job.run();
    assertFailure(
        job.with("max_new_tokens", "4"),
        ExitCode.USAGE,
        "Cannot write the answers, others lie there: %s differs in max_new_tokens (8 there, 4 now) (expected the same or none). Add --overwrite or change --output_dir."
            .formatted(job.table()));
    job.with("overwrite", "true").run();
    assertEquals("4", job.info().madeFrom().get("max_new_tokens"));
    assertEquals(6, job.rows().size());
    List<String> expected = new ArrayList<>(List.of("_outcome.json", "_predictions.json"));
    job.info().files().forEach(f -> expected.add(f.name()));
    assertEquals(expected, job.files());
  }

  @Test
  void neverTouchesAFolderOfSomethingElse() throws IOException {
    PredictPrompts job = job(corpus(6)).with("overwrite", "true");
    Files.createDirectories(job.table());
    Files.writeString(job.table().resolve("thesis.tex"), "important");
    assertFailure(
        job,
        ExitCode.USAGE,
        "Cannot write the answers, their folder holds something else: %s with thesis.tex (expected an empty or new folder). Change --output_dir."
            .formatted(job.table()));
    assertEquals(List.of("thesis.tex"), job.files());
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "parquet"})
  void anOverwriteThatFailsLeavesTheOldPredictions(String format) throws IOException {
    PredictPrompts job = job(corpus(4)).with("format", format);
    job.run();
    List<String> files = job.files();
    assertTrue(
        job.info().files().get(0).name().matches("part-00000-[0-9a-f]{16}-.*"),
        job.info().files().get(0).name());
    List<JsonNode> rows = job.rows();
    job.with("overwrite", "true").with("max_new_tokens", "100000");
    assertEquals(ExitCode.USAGE, assertThrows(Failure.class, job::run).exitCode());
    List<String> after = new ArrayList<>(job.files());
    // Tasks that were given up may still end; the next run takes away what they leave.
    after.removeIf(f -> f.equals("_unfinished") || (f.startsWith("part-") && !files.contains(f)));
    assertEquals(files, after);
    assertEquals(rows, job.rows());
    assertEquals(2, outcome(job).get("exit_code").asInt());
    Files.writeString(job.table().resolve("notes.txt"), "mine");
    assertFailure(
        job,
        ExitCode.USAGE,
        "Cannot write the answers, their folder holds something else: %s with notes.txt (expected an empty or new folder). Change --output_dir."
            .formatted(job.table()));
    assertEquals(rows, job.rows());
  }

  @Test
  void predictionsAreNeverTheirOwnInput() throws IOException {
    PredictPrompts job = job(corpus(4));
    job.run();
    List<String> files = job.files();
    job.with("input_file", job.table().toString()).with("prompt_key", "prompt");
    assertFailure(
        job.with("overwrite", "true"),
        ExitCode.USAGE,
        "Cannot write the output, what --input_file names lies in its folder: %s in %s (expected them apart). Change --output_dir."
            .formatted(job.table(), job.table()));
    assertEquals(files, job.files());
    Path adapter = copy(Fixtures.path("llama", "golden/adapter"));
    PredictPrompts into = job(corpus(4)).with("adapter", adapter.toString());
    Failure failure =
        assertThrows(Failure.class, () -> into.with("output_dir", adapter.toString()).run());
    assertEquals(ExitCode.USAGE, failure.exitCode());
    into.with("output_dir", adapter.resolve("answers").toString()).run();
  }

  @Test
  void anotherLiveRunHoldsTheFolder() throws IOException {
    PredictPrompts job = job(corpus(4));
    try (Lease other = Lease.take(Store.local(), job.table().toString())) {
      assertEquals(ExitCode.HELD, assertThrows(Failure.class, job::run).exitCode());
      assertEquals(List.of("_lease"), job.files());
    }
    job.run();
  }

  private static JsonNode outcome(PredictPrompts job) throws IOException {
    return JSON.readTree(job.table().resolve("_outcome.json").toFile());
  }

  @Test
  void badRowsAreLeftOutUpToALimit() throws IOException {
    Path input = folder.resolve("bad.jsonl");
    Files.writeString(input, "{\"q\": \"one\"}\n{\"q\": 2}\n\n{\"q\": \"three\"}\nnonsense\n");
    assertFailure(
        job(input),
        ExitCode.INPUT,
        "Cannot predict, too many rows are bad: 2 of 4, most often: the value of q is a number, not a text, as in %s at line 2 (expected at most 0.01 of them). Correct the input or raise --max_bad_fraction."
            .formatted(input));
    PredictPrompts job = job(input).with("max_bad_fraction", "0.5");
    assertTrue(job.run().summary().contains(", 2 bad rows left out in "));
    assertEquals(List.of("one", "three"), job.column("prompt"));
    assertEquals(2, job.info().badRows());
  }

  @Test
  void aNullInParquetIsABadRow() {
    Path input = folder.resolve("nulls");
    session
        .sql("select 'one' as q union all select cast(null as string)")
        .coalesce(1)
        .write()
        .parquet(input.toString());
    Failure failure = assertThrows(Failure.class, () -> job(input).run());
    assertTrue(
        failure.getMessage().contains("1 of 2, most often: a value is null, as in file:"),
        failure.getMessage());
  }

  @Test
  void anInputWithoutPromptsIsRefused() throws IOException {
    Path input = folder.resolve("none.jsonl");
    Files.writeString(input, "\n\n");
    assertFailure(
        job(input),
        ExitCode.INPUT,
        "Cannot predict, the input has no prompts: 0 rows, 0 bad (expected at least one good)."
            + " Check --input_file.");
  }

  @Test
  void anAdapterOfAnotherBaseIsRefusedByFingerprint() throws IOException {
    Path adapter = copy(Fixtures.path("llama", "golden/adapter"));
    Files.writeString(adapter.resolve(AdapterOrigin.FILE), "{\"base_fingerprint\": \"another\"}");
    PredictPrompts job = job(corpus(4)).with("adapter", adapter.toString());
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot use the adapter, it was trained on another base: another in %s (expected "
                    .formatted(adapter)),
        failure.getMessage());
    assertEquals(List.of("_outcome.json"), job.files(), "nothing half-written");

    job.with("trust_base", "true").run();
    assertTrue(Files.exists(job.table()));
  }

  @Test
  void anAdapterOfAnotherBaseIsRefusedByShape() {
    PredictPrompts job = job(corpus(4)).family("qwen2");
    job.with("adapter", Fixtures.path("llama", "golden/adapter").toString());
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(
        failure.getMessage().startsWith("Cannot use the adapter with this base, "),
        failure.getMessage());
  }

  @Test
  void whatATaskRefusesEndsTheJobWithItsExitCode() throws IOException {
    PredictPrompts job = job(corpus(4)).with("max_new_tokens", "100000");
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith("Cannot predict, --max_new_tokens leaves no room for a prompt: 100000"),
        failure.getMessage());
    // A task that was given up takes its file away when it hears of it.
    for (int i = 0; i < 100 && job.files().size() > 2; i++) {
      LockSupport.parkNanos(100_000_000L);
    }
    assertEquals(List.of("_outcome.json", "_unfinished"), job.files());
    JsonNode outcome = JSON.readTree(job.table().resolve("_outcome.json").toFile());
    assertEquals(2, outcome.get("exit_code").asInt());
    job.with("max_new_tokens", "2").run();
    assertEquals(4, job.rows().size());
  }

  @Test
  void theModelsOwnValuesAndStopsDecideAndAreRecorded() throws IOException {
    List<String> greedy = predictions(corpus(4));
    Path model = copy(Fixtures.path("llama", "model"));
    Files.writeString(
        model.resolve("generation_config.json"),
        "{\"do_sample\": true, \"temperature\": 0.5, \"top_k\": 1, \"eos_token_id\": [510, 511]}");
    String stop = greedy.get(2).substring(2, 4);
    PredictPrompts job =
        job(corpus(4)).with("model_checkpoint", model.toString()).with("stop", stop);
    assertTrue(job.run().made());
    List<String> cut = job.column("prediction");
    assertEquals(
        greedy.stream().map(t -> t.contains(stop) ? t.substring(0, t.indexOf(stop)) : t).toList(),
        cut);
    PredictionsInfo info = job.info();
    assertEquals(new Given("0.5", "model"), info.decoding().get("temperature"));
    assertEquals(new Given("1", "model"), info.decoding().get("top_k"));
    assertEquals(new Given("[510, 511]", "model"), info.decoding().get("end_tokens"));
    assertEquals(
        new Given(JSON.writeValueAsString(List.of(stop)), "flag"), info.decoding().get("stop"));
    assertEquals(new Given("8", "flag"), info.decoding().get("max_new_tokens"));
    assertFalse(job.run().made());
    Failure other = assertThrows(Failure.class, () -> job.with("generation_config", "off").run());
    assertTrue(
        other
            .getMessage()
            .contains(
                " differs in temperature (0.5 there, 0.0 now), seed (42 there, none now), top_k (1"
                    + " there, none now) (expected"),
        other.getMessage());
  }

  @Test
  void rowsNameTheirAdapters() throws IOException {
    String adapter = Fixtures.path("llama", "golden/adapter").toString();
    List<JsonNode> corpus = Fixtures.lines("llama", "corpus.jsonl").subList(0, 12);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String which = List.of("", "a", "a=0").get(i % 3);
      lines.add(
          JSON.createObjectNode()
              .put("q", corpus.get(i).get("q").asText())
              .put("who", which)
              .toString());
    }
    lines.add(JSON.createObjectNode().put("q", "x").put("who", "b").toString());
    PredictPrompts job = job(write(folder.resolve("who.jsonl"), lines));
    PredictResult result =
        job.with("adapter", "a=" + adapter)
            .with("adapter_column", "who")
            .with("max_bad_fraction", "0.1")
            .run();
    assertEquals(1, result.info().badRows());
    assertEquals("who", result.info().madeFrom().get("adapter_column"));
    List<String> plain = predictions(corpus(12));
    PredictPrompts adapted = new PredictPrompts(session, folder.resolve("adapted"));
    adapted.with("input_file", corpus(12).toString()).with("adapter", adapter).run();
    for (int i = 0; i < 12; i++) {
      List<String> expected = i % 3 == 1 ? adapted.column("prediction") : plain;
      assertEquals(expected.get(i), job.column("prediction").get(i), "row " + i);
    }
    assertFailure(
        job.with("target_key", "who"),
        ExitCode.USAGE,
        "Cannot predict, --adapter_column goes with --prompt_key and without --target_key: who"
            + " (expected texts to answer, none to compare with). Correct the flags.");
  }

  private List<String> sampled(String batchSize, String format) throws IOException {
    return sampled(job(corpus(40)), batchSize, format);
  }

  private static List<String> sampled(PredictPrompts job, String batchSize, String format)
      throws IOException {
    job.with("temperature", "0.9").with("top_p", "0.9").with("overwrite", "true");
    job.with("batch_size", batchSize).with("format", format).run();
    return job.column("prediction");
  }

  private List<String> predictions(Path input) throws IOException {
    PredictPrompts job = new PredictPrompts(session, folder.resolve("greedy"));
    job.with("input_file", input.toString()).run();
    return job.column("prediction");
  }

  private void assertFailure(PredictPrompts job, ExitCode code, String message) {
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(message, failure.getMessage());
    assertEquals(code, failure.exitCode());
  }

  private PredictPrompts job(Path input) {
    return new PredictPrompts(session, folder).with("input_file", input.toString());
  }

  /** The first rows of llama's corpus. */
  private Path corpus(int rows) {
    Path input = folder.resolve("corpus" + rows + ".jsonl");
    return write(
        input,
        Fixtures.lines("llama", "corpus.jsonl").subList(0, rows).stream()
            .map(JsonNode::toString)
            .toList());
  }

  private Path prompts(JsonNode golden) {
    List<String> lines = new ArrayList<>();
    golden
        .get("prompts")
        .forEach(p -> lines.add(JSON.createObjectNode().set("q", p.get("prompt")).toString()));
    return write(folder.resolve("golden.jsonl"), lines);
  }

  private static Path write(Path file, List<String> lines) {
    try {
      return Files.write(file, lines, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path copy(Path source) throws IOException {
    Path target = Files.createDirectories(folder.resolve("adapter"));
    try (var files = Files.list(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }
}
