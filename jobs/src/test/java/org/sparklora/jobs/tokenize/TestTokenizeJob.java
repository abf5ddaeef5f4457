package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.Sha256;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.TableCounts;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.spark.Causes;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.Lease;
import org.sparklora.storage.Store;
import org.sparklora.tokenize.CutPolicy;
import org.sparklora.tokenize.HoldOut;

class TestTokenizeJob {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkSession session = LocalSpark.session();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "chatglm, seed, parquet", "chatglm2, drop, parquet", "chatglm2, seed, arrow",
    "baichuan, seed, parquet", "llama, drop, arrow", "qwen2, seed, parquet",
  })
  void rowsEqualTheReference(String family, String policy, String format) {
    TokenizeCorpus job = job().family(family).with("cut_policy", policy).with("format", format);
    TokenizeResult result = job.run();

    String fixture = policy.equals("seed") ? "features.cut.jsonl" : "features.skip.jsonl";
    TokenizeCorpus.assertRows(Fixtures.lines(family, fixture), job.rows());
    TableCounts counts = result.info().counts();
    assertEquals(200, counts.read());
    assertEquals(job.rows().size(), counts.written());
    assertEquals(200 - counts.written(), counts.dropped());
    assertEquals(0, counts.bad());
    long tokens = job.rows().stream().mapToLong(r -> r.length()).sum();
    assertEquals(tokens, result.info().lengths().tokens());
    assertFalse(Files.exists(job.quarantine()));
  }

  @Test
  void skipOverlengthIsDrop() {
    TokenizeCorpus job = job().without("cut_policy").with("skip_overlength", "true");
    assertTrue(job.run().info().counts().dropped() > 0);
    TokenizeCorpus.assertRows(Fixtures.lines("llama", "features.skip.jsonl"), job.rows());
  }

  @ParameterizedTest
  @ValueSource(strings = {"array", "folder", "glob", "parquet", "gzip", "pretty", "csv"})
  void everyKindOfInputMakesTheSameRowsInTheSameOrder(String kind) throws Exception {
    TokenizeCorpus job = job().with("input_file", input(kind).toString());
    job.run();
    TokenizeCorpus.assertRows(Fixtures.lines("llama", "features.cut.jsonl"), job.rows());
  }

  @Test
  void runningTwiceDoesNothingAndSaysSo() throws Exception {
    TokenizeCorpus job = job();
    assertTrue(job.run().made());
    Path info = job.table().resolve(FeatureTableInfo.FILE);
    var before = Files.getLastModifiedTime(info);
    TokenizeResult again = job.run();
    assertFalse(again.made());
    assertTrue(
        again.summary().startsWith("Nothing to do, the same sources and settings already made"));
    assertEquals(before, Files.getLastModifiedTime(info));
    assertFalse(job.with("model_checkpoint", Fixtures.path("llama", "model") + "/./").run().made());
  }

  @Test
  void anotherSettingOrSourceNeedsOverwriteAndIsNeverMixed() throws Exception {
    Path corpus = folder.resolve("corpus.jsonl");
    Files.copy(Fixtures.path("llama", "corpus.jsonl"), corpus);
    TokenizeCorpus job = job().with("input_file", corpus.toString());
    job.run();
    Failure setting = assertThrows(Failure.class, () -> job.with("max_seq_length", "64").run());
    assertEquals(ExitCode.USAGE, setting.exitCode());
    assertEquals(
        "Cannot make the feature table, another one lies there: %s differs in --max_seq_length (128 there, 64 now) (expected the same or none). Add --overwrite or change --save_name."
            .formatted(job.table()),
        setting.getMessage());

    Files.writeString(corpus, "{\"q\": \"one\", \"a\": \"row\"}\n");
    Failure source = assertThrows(Failure.class, () -> job.with("max_seq_length", "128").run());
    assertTrue(
        source.getMessage().contains("differs in the input files (names, sizes or times)"),
        source.getMessage());

    job.with("overwrite", "true").with("format", "arrow").run();
    assertEquals(1, job.rows().size());
    List<String> names =
        names(job.table()).stream().map(n -> n.replaceFirst("-[0-9a-f]{16}", "-RUN")).toList();
    assertEquals(
        List.of(
            "_features.json",
            "_outcome.json",
            "data-00000-of-00001-RUN.arrow",
            "dataset_info.json",
            "state.json"),
        names);
  }

  @Test
  void leftoversOfABrokenRunAreReplacedAndNothingElse() throws Exception {
    TokenizeCorpus job = job();
    Files.createDirectories(job.table());
    Files.writeString(job.table().resolve("_unfinished"), "00000000000000a1\n");
    Path left = job.table().resolve("part-99-00000000000000a1.parquet");
    Files.writeString(left, "half");
    Path users = Files.writeString(job.table().resolve("part-99.parquet"), "mine");
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(
        "Cannot make the feature table, its folder holds something else: %s with part-99.parquet (expected an empty or new folder). Change --save_name."
            .formatted(job.table()),
        failure.getMessage());
    assertTrue(Files.exists(left));
    Files.delete(users);
    job.run();
    assertFalse(Files.exists(left));
    assertFalse(Files.exists(job.table().resolve("_unfinished")));
    assertEquals(200, job.rows().size());
  }

  @ParameterizedTest
  @CsvSource({"json, parquet", "json, arrow", "parquet, parquet", "parquet, arrow"})
  void anOverwriteThatFailsLeavesTheOldTable(String input, String format) throws Exception {
    TokenizeCorpus job = job().with("format", format);
    if (input.equals("parquet")) {
      job.with("input_file", input("parquet").toString());
    }
    job.run();
    List<String> before = contents(job.table());
    job.with("overwrite", "true").with("prompt_key", "question");
    assertEquals(ExitCode.INPUT, assertThrows(Failure.class, job::run).exitCode());
    assertEquals(before, contents(job.table()));
    assertEquals(200, job.rows().size());
    assertEquals(3, outcome(job).get("exit_code").asInt());
    job.with("prompt_key", "q").run();
    assertEquals(200, job.rows().size());
    assertEquals(before.size(), contents(job.table()).size());
  }

  @Test
  void theQuarantineOfTheOldTableStaysUntilTheNewOneIsFinished() throws Exception {
    Path corpus =
        Files.writeString(folder.resolve("c.jsonl"), "{\"q\": \"x\", \"a\": \"y\"}\nno\n");
    TokenizeCorpus job =
        job().with("input_file", corpus.toString()).with("max_bad_fraction", "0.5");
    job.run();
    List<String> old = names(job.quarantine());
    Files.writeString(job.quarantine().resolve("notes.txt"), "");
    Files.writeString(corpus, "no\nno\n");
    assertThrows(Failure.class, () -> job.with("overwrite", "true").run());
    assertThrows(Failure.class, () -> job.run());
    assertEquals(old.size() + 2, names(job.quarantine()).size());
    assertTrue(names(job.quarantine()).containsAll(old));
    Files.writeString(corpus, "{\"q\": \"x\", \"a\": \"y\"}\n");
    job.run();
    assertEquals(List.of("notes.txt"), names(job.quarantine()));
  }

  @Test
  void filesOfTheUsersAreInTheWay() throws Exception {
    TokenizeCorpus job = job();
    job.run();
    Path notes = Files.createDirectories(job.table().resolve("figures")).resolve("a.png");
    Files.writeString(notes, "mine");
    Failure failure = assertThrows(Failure.class, () -> job.with("overwrite", "true").run());
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(failure.getMessage().contains(" with figures (expected"), failure.getMessage());
    assertTrue(Files.exists(notes));
    assertEquals(200, job.rows().size());
  }

  @Test
  void theInputIsNeverInTheOutputNorAroundIt() throws Exception {
    Path corpus = Files.createDirectories(folder.resolve("table")).resolve("fixed.jsonl");
    Files.writeString(corpus, "{\"q\": \"x\", \"a\": \"y\"}\n");
    Files.writeString(folder.resolve("table/_unfinished"), "");
    Failure inside = misplaced(job().with("input_file", corpus.toString()));
    assertEquals(
        "Cannot write the output, what --input_file names lies in its folder: %s in %s (expected them apart). Change --save_name."
            .formatted(corpus, corpus.getParent()),
        inside.getMessage());
    assertEquals(List.of("_unfinished", "fixed.jsonl"), names(corpus.getParent()));
    Path around = input("folder");
    Failure below =
        misplaced(
            job()
                .with("input_file", around.toString())
                .with("save_name", around.resolve("t").toString()));
    assertEquals(
        "Cannot write the output, its folder lies in what --input_file names: %s in %s (expected them apart). Change --save_name."
            .formatted(around.resolve("t"), around),
        below.getMessage());
    assertFalse(Files.exists(around.resolve("t")));
    String model = Fixtures.path("llama", "model").toString();
    misplaced(job().with("save_name", model));
    misplaced(job().with("save_name", model + "/table"));
    assertFalse(Files.exists(Path.of(model, "table")));
  }

  @Test
  void anotherLiveRunHoldsTheFolder() throws Exception {
    TokenizeCorpus job = job();
    try (Lease other = Lease.take(Store.local(), job.table().toString())) {
      Failure failure = assertThrows(Failure.class, job::run);
      assertEquals(ExitCode.HELD, failure.exitCode());
      assertTrue(
          failure.getMessage().contains("choose another --save_name;"), failure.getMessage());
      assertEquals(List.of("_lease"), names(job.table()));
    }
    job.run();
    assertFalse(Files.exists(job.table().resolve("_lease")));
  }

  @Test
  void theOutcomeIsAlwaysThatOfTheLastRun() throws Exception {
    TokenizeCorpus job = job();
    job.with("input_file", folder.resolve("missing.jsonl").toString());
    assertThrows(Failure.class, job::run);
    assertEquals(3, outcome(job).get("exit_code").asInt());
    job.family("llama").run();
    assertTrue(outcome(job).get("message").asText().startsWith("Made "));
    job.run();
    assertTrue(outcome(job).get("message").asText().startsWith("Nothing to do, "));
    assertThrows(Failure.class, () -> job.with("max_seq_length", "64").run());
    assertEquals(2, outcome(job).get("exit_code").asInt());
    job.with("overwrite", "true").run();
    assertEquals(0, outcome(job).get("exit_code").asInt());
  }

  private static Failure misplaced(TokenizeCorpus job) {
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(failure.getMessage().startsWith("Cannot write the output, "), failure.getMessage());
    return failure;
  }

  private static JsonNode outcome(TokenizeCorpus job) throws Exception {
    return JSON.readTree(job.table().resolve("_outcome.json").toFile());
  }

  private static List<String> names(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> !n.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  /** Names and contents, but for how the last run ended and what it did not finish. */
  private static List<String> contents(Path folder) throws Exception {
    List<String> contents = new ArrayList<>();
    for (String name : names(folder)) {
      if (!name.equals("_outcome.json") && !name.equals("_unfinished")) {
        contents.add(name + " " + Sha256.of(Files.readAllBytes(folder.resolve(name))).hex());
      }
    }
    return contents;
  }

  @Test
  void aFolderThatHoldsSomethingElseIsNotTouched() throws Exception {
    TokenizeCorpus job = job().with("overwrite", "true");
    Files.createDirectories(job.table());
    Files.writeString(job.table().resolve("thesis.txt"), "x");
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot make the feature table, its folder holds something else: %s with thesis.txt (expected an empty or new folder). Change --save_name."
            .formatted(job.table()),
        failure.getMessage());
    assertTrue(Files.exists(job.table().resolve("thesis.txt")));
  }

  @Test
  void byteOrderMarkCarriageReturnsBlankAndHugeLines() throws Exception {
    String huge = "很长 long ".repeat(400_000);
    Path corpus =
        Files.writeString(
            folder.resolve("c.jsonl"),
            "\ufeff{\"q\": \"one\", \"a\": \"1\"}\r\n\r\n   \n{\"q\": \"%s\", \"a\": \"2\"}\r\n{\"a\": \"3\", \"q\": \"three\"}"
                .formatted(huge));
    TokenizeCorpus job = job().with("input_file", corpus.toString());
    TableCounts counts = job.run().info().counts();
    assertEquals(new TableCounts(3, 3, 1, 0, 0), counts);
    assertEquals(128, job.rows().get(1).length());
  }

  @Test
  void badRowsAreQuarantinedWithReasonAndHash() throws Exception {
    String secret = "{\"q\": 3, \"a\": \"private\"}";
    byte[] latin = "{\"q\": \"é\", \"a\": \"b\"}".getBytes(StandardCharsets.ISO_8859_1);
    Path corpus = folder.resolve("bad.jsonl");
    Files.writeString(
        corpus,
        "{\"q\": \"x\", \"a\": \"y\"}\n{broken\n"
            + secret
            + "\n{\"q\": \"x\"}\n{\"q\": \"x\", \"a\": \"\"}\n");
    Files.write(corpus, latin, java.nio.file.StandardOpenOption.APPEND);
    TokenizeCorpus job =
        job()
            .without("cut_policy")
            .with("input_file", corpus.toString())
            .with("max_bad_fraction", "1");
    assertEquals(new TableCounts(6, 1, 0, 0, 5), job.run().info().counts());

    List<JsonNode> bad = job.quarantined();
    assertEquals(
        List.of(
            "it is malformed JSON at column 3",
            "the value of q is a number, not a text",
            "the key is missing: a",
            "the target is empty",
            "it is not UTF-8"),
        bad.stream().map(b -> b.get("reason").asText()).toList());
    assertEquals(corpus.toString(), bad.get(0).get("file").asText());
    assertEquals(21, bad.get(0).get("position").asInt());
    assertEquals("byte", bad.get(0).get("unit").asText());
    assertTrue(bad.get(1).get("hash").asText().matches("sha256:[0-9a-f]{64}"));
    assertFalse(bad.get(1).has("line"));

    job.with("keep_bad_lines", "true").with("overwrite", "true").run();
    assertEquals(secret, job.quarantined().get(1).get("line").asText());
  }

  @Test
  void tooManyBadRowsFailTheJobAndNoTableIsLeft() throws Exception {
    Path corpus =
        Files.writeString(folder.resolve("bad.jsonl"), "{\"q\": \"x\", \"a\": \"y\"}\nno\n");
    TokenizeCorpus job = job().with("input_file", corpus.toString());
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot tokenize, too many rows are bad: 1 of 2, most often: it is malformed JSON at column 3, as in %s at line 2 (expected at most 0.01 of them). Look into %s, correct the corpus or raise --max_bad_fraction."
            .formatted(corpus, job.quarantine()),
        failure.getMessage());
    assertEquals(1, job.quarantined().size());
    assertTrue(FeatureTableInfo.read(Store.local(), job.table().toString()).isEmpty());
    JsonNode outcome = JSON.readTree(job.table().resolve("_outcome.json").toFile());
    assertEquals(3, outcome.get("exit_code").asInt());
    Files.writeString(corpus, "{\"q\": \"x\", \"a\": \"y\"}\n");
    assertTrue(job.run().made());
    assertFalse(Files.exists(job.quarantine()));
  }

  @Test
  void aTableWithoutRowsIsNone() throws Exception {
    Path corpus = Files.writeString(folder.resolve("empty.jsonl"), "\n\n");
    Failure failure =
        assertThrows(Failure.class, () -> job().with("input_file", corpus.toString()).run());
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot tokenize, no row is left: 0 read, 0 dropped, 0 bad (expected at least one good)."),
        failure.getMessage());
  }

  @Test
  void wrongKeysOfParquetAreNamed() throws Exception {
    String input = input("parquet").toString();
    Failure missing =
        assertThrows(
            Failure.class,
            () -> job().with("input_file", input).with("target_key", "answer").run());
    assertEquals(
        "Cannot read the input, the Parquet files have no such column: answer (expected one of a, n, q). Change --prompt_key or --target_key.",
        missing.getMessage());
    Failure number =
        assertThrows(
            Failure.class, () -> job().with("input_file", input).with("target_key", "n").run());
    assertEquals(
        "Cannot read the input, a Parquet column holds no text: n is int (expected string). Choose another column.",
        number.getMessage());
  }

  @Test
  void filesThatAreNoCorpusAreRefusedByName() throws Exception {
    refused(new byte[] {'P', 'K', 3, 4}, "a file is a zip archive: ", "Unpack it first.");
    refused(
        TokenizeCorpus.utf8("<!DOCTYPE html>\n<html>"),
        "a file is an HTML page: ",
        "Download the file itself.");
  }

  @Test
  void parquetAndJsonAreNotMixed() throws Exception {
    Path parquet = input("parquet");
    Files.writeString(parquet.resolve("zz.json"), "{\"q\": \"x\", \"a\": \"y\"}\n");
    Failure failure =
        assertThrows(Failure.class, () -> job().with("input_file", parquet.toString()).run());
    assertTrue(
        failure.getMessage().startsWith("Cannot read the input, it mixes Parquet with JSON: "),
        failure.getMessage());
  }

  @Test
  void anUnreadableTokenizerEndsTheJobBeforeItMakesAnything() throws Exception {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.copy(Fixtures.path("llama", "model/config.json"), model.resolve("config.json"));
    Files.writeString(model.resolve("tokenizer.json"), "{}");
    TokenizeCorpus job = job().with("model_checkpoint", model.toString());
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(List.of("_outcome.json"), names(job.table()));
  }

  /** Training would refuse it after the work. */
  @Test
  void aBaseThatCannotBeTrainedIsRefusedBeforeRowsAreRead() throws Exception {
    Path model = modelWith("\"vocab_size\": 512", "\"vocab_size\": 512, \"num_experts\": 8");
    TokenizeCorpus job = job().with("model_checkpoint", model.toString());
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(failure.getMessage().contains("num_experts"), failure.getMessage());
    assertEquals(List.of("_outcome.json"), names(job.table()));
  }

  @Test
  void aTokenBeyondTheModelsVocabularyIsNamedWithItsFile() throws Exception {
    Path model = modelWith("\"vocab_size\": 512", "\"vocab_size\": 300");
    TokenizeCorpus job = job().with("model_checkpoint", model.toString());
    Failure failure = assertThrows(Failure.class, job::run);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .matches(
                "Cannot tokenize, a token is beyond the model's vocabulary: id \\d+ \\((a special token|'.+')\\) in .*corpus.jsonl at \\d+ \\(expected 0 to 299\\)\\. Take the tokenizer files that were published with this base\\."),
        failure.getMessage());
  }

  /** The llama fixtures' tokenizer with another config.json. */
  private Path modelWith(String was, String is) throws Exception {
    Path model = Files.createDirectories(folder.resolve("model"));
    Path fixture = Fixtures.path("llama", "model");
    String config = Files.readString(fixture.resolve("config.json"));
    assertTrue(config.contains(was), config);
    Files.writeString(model.resolve("config.json"), config.replace(was, is));
    Files.copy(fixture.resolve("tokenizer.json"), model.resolve("tokenizer.json"));
    return model;
  }

  private void refused(byte[] content, String what, String advice) throws Exception {
    Path corpus = Files.write(folder.resolve("c.json"), content);
    Failure failure =
        assertThrows(Failure.class, () -> job().with("input_file", corpus.toString()).run());
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot read the input, %s%s (expected JSON, CSV, TSV or Parquet). %s"
            .formatted(what, corpus, advice),
        failure.getMessage());
  }

  /** The llama fixtures' corpus in another shape. */
  private Path input(String kind) throws Exception {
    List<String> lines = Files.readAllLines(Fixtures.path("llama", "corpus.jsonl"));
    Path input = folder.resolve("input");
    Files.createDirectories(input);
    switch (kind) {
      case "array" -> {
        String array = lines.stream().collect(Collectors.joining(",\n ", "\n [", "]"));
        return Files.writeString(input.resolve("corpus.json"), array);
      }
      case "gzip" -> {
        try (OutputStream out =
            new GZIPOutputStream(Files.newOutputStream(input.resolve("corpus.gz")))) {
          Files.copy(Fixtures.path("llama", "corpus.jsonl"), out);
        }
        return input;
      }
      case "pretty" -> {
        ObjectWriter pretty = JSON.writerWithDefaultPrettyPrinter();
        try (Writer out = Files.newBufferedWriter(input.resolve("corpus.json"))) {
          for (String line : lines) {
            out.write(pretty.writeValueAsString(JSON.readTree(line)));
          }
        }
        return input;
      }
      case "csv" -> {
        try (Writer out = Files.newBufferedWriter(input.resolve("corpus.CSV"))) {
          out.write("a,n,q\r\n");
          for (String line : lines) {
            JsonNode row = JSON.readTree(line);
            out.write("%s,7,%s\r\n".formatted(quoted(row.get("a")), quoted(row.get("q"))));
          }
        }
        return input;
      }
      case "parquet" -> {
        session
            .read()
            .json(Fixtures.path("llama", "corpus.jsonl").toString())
            .selectExpr("a", "cast(length(q) as int) as n", "q")
            .coalesce(1)
            .write()
            .mode("overwrite")
            .parquet(input.toString());
        return input;
      }
      default -> {
        Files.write(input.resolve("1.jsonl"), lines.subList(0, 70));
        Files.write(input.resolve("2.jsonl"), lines.subList(70, 71));
        Files.write(input.resolve("3.jsonl"), lines.subList(71, 200));
        return kind.equals("glob") ? input.resolve("[123].js*l") : input;
      }
    }
  }

  private static String quoted(JsonNode text) {
    return '"' + text.asText().replace("\"", "\"\"") + '"';
  }

  @Test
  void aHostWithOtherTokenizerFilesIsNamed() {
    String model = Fixtures.path("llama", "model").toString();
    TokenizeSetup setup =
        new TokenizeSetup(
            new RowReading(SparkStorage.settings(session), "q", "a", null),
            model,
            "sha256:0",
            CutPolicy.SEED,
            128,
            folder.resolve("quarantine").toString(),
            "a1",
            false,
            HoldOut.NOTHING,
            Choice.ALL);
    var reports = session.sparkContext().<TaskReport>collectionAccumulator("reports");
    Exception thrown =
        assertThrows(
            Exception.class,
            () ->
                JavaSparkContext.fromSparkContext(session.sparkContext())
                    .parallelize(List.of(1), 1)
                    .foreach(i -> RowTokenizer.begin(setup, TaskContext.get(), reports)));
    Failure failure = Causes.failure(thrown).orElseThrow();
    assertEquals(ExitCode.INPUT, failure.exitCode());
    String expected =
        "Cannot tokenize, a host has other tokenizer files: sha256:[0-9a-f]{64} \\(expected sha256:0, as on the driver\\)\\. Copy the same model folder to every host: ";
    assertTrue(failure.getMessage().matches(expected + model + "\\."), failure.getMessage());
  }

  private TokenizeCorpus job() {
    return new TokenizeCorpus(session, folder);
  }
}
