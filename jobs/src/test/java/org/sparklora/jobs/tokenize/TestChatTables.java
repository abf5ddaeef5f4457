package org.sparklora.jobs.tokenize;

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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.TemplatedModel;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.LoggedLines;

/** Conversations as tables, against the ids and label spans of fixtures/chat. */
class TestChatTables {
  private static final SparkSession SESSION = LocalSpark.session();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FILES =
      List.of("alpaca", "sharegpt", "messages", "prompt_completion");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chatml_generation",
        "chatml_plain",
        "chatml_short",
        "chatml_reason",
        "chatml_strict"
      })
  void idsAndSpansAreThoseOfTheTemplate(String template) throws IOException {
    for (String file : FILES) {
      TokenizeCorpus corpus = corpus("qwen2", template, file);
      TokenizeResult made = corpus.run();
      assertEquals(expected(template, file), described(corpus.rows()), template + " " + file);
      assertEquals(bad(file) + templateErrors(template, file), made.info().counts().bad());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"header_generation", "header_plain"})
  void oneBeginOfTextAndNoNewlineBehindTheEnd(String template) throws IOException {
    TokenizeCorpus corpus = corpus("llama", template, "messages").with("format", "arrow");
    corpus.run();
    assertEquals(expected(template, "messages"), described(corpus.rows()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"chatml_generation", "chatml_short", "header_plain"})
  void pairsArraysAndRenamedColumnsHaveTheSameIdsAndSpans(String template) throws IOException {
    String family = template.startsWith("header") ? "llama" : "qwen2";
    TokenizeCorpus pair =
        corpus(family, template, "pair")
            .with("prompt_key", "q")
            .with("target_key", "a")
            .with("prompt_form", "template");
    assertExpected(pair, template, "pair");
    TokenizeCorpus array =
        corpus(family, template, "messages_array")
            .with("input_file", Fixtures.path("chat", "messages_array.json").toString());
    assertExpected(array, template, "messages_array");
    TokenizeCorpus renamed =
        corpus(family, template, "renamed_alpaca")
            .with("dataset_info", Fixtures.path("chat", "dataset_info.json").toString())
            .with("dataset", "renamed_alpaca");
    assertExpected(renamed, template, "renamed_alpaca");
  }

  private static void assertExpected(TokenizeCorpus corpus, String template, String file)
      throws IOException {
    TokenizeResult made = corpus.run();
    assertEquals(expected(template, file), described(corpus.rows()), template + " " + file);
    JsonNode counters = json("expected/" + file + ".json");
    assertEquals(counters.path("counters").path("read").asLong(), made.info().counts().read());
    assertEquals(
        counters.path("bad_by_reason"),
        JSON.readTree(JSON.writeValueAsString(made.info().chatCounts().badByReason())));
  }

  @Test
  void theContractSaysWhatBecameOfTheRows() throws IOException {
    TokenizeCorpus corpus = corpus("qwen2", "chatml_plain", "sharegpt");
    TokenizeResult made = corpus.run();
    FeatureTableInfo info = made.info();
    JsonNode counters = json("expected/sharegpt.json").path("counters");
    assertEquals(counters.path("read").asLong(), info.counts().read());
    for (String name : List.of("joined_turns", "empty_turns", "dropped_turns", "leading_answers")) {
      assertEquals(counters.path(name).asLong(), info.chatCounts().counts().get(name), name);
    }
    assertEquals(
        json("expected/sharegpt.json").path("bad_by_reason"),
        JSON.readTree(JSON.writeValueAsString(info.chatCounts().badByReason())));
    assertEquals("sharegpt", info.madeFrom().chat().rows());
    assertEquals("template", info.madeFrom().chat().prompt().path("form").asText());
    assertEquals(2, info.version());
    assertTrue(
        made.summary().contains("Rows read as sharegpt, prompts written as template: "),
        made.summary());
    for (JsonNode row : corpus.quarantined()) {
      assertFalse(row.has("line"), "text of a row in the quarantine");
    }
    assertFalse(corpus.run().made());
  }

  @Test
  void nestedParquetColumnsReadAsTheirJson() throws IOException {
    Path parquet = folder.resolve("corpus.parquet");
    Path good = folder.resolve("good.jsonl");
    Files.write(
        good,
        List.of(
            "{\"messages\": [{\"role\": \"user\", \"content\": \"Sort: 9, 2, 5\"}, {\"role\": \"assistant\", \"content\": \"2, 5, 9\"}, {\"role\": \"user\", \"content\": \"go on\"}, {\"role\": \"assistant\", \"content\": \"gone on\"}]}",
            "{\"messages\": [{\"role\": \"user\", \"content\": null}, {\"role\": \"assistant\", \"content\": \"x\"}]}",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}]}"));
    SESSION.read().json(good.toString()).coalesce(1).write().parquet(parquet.toString());
    TokenizeCorpus fromJson =
        corpus("qwen2", "chatml_short", "messages").with("input_file", good.toString());
    fromJson.run();
    List<String> rows = described(fromJson.rows());
    assertEquals(3, rows.size());
    for (String format : List.of("parquet", "arrow")) {
      TokenizeCorpus corpus =
          corpus("qwen2", "chatml_short", "messages")
              .with("save_name", folder.resolve("of-parquet-" + format).toString())
              .with("format", format)
              .with("input_file", parquet.toString());
      TokenizeResult made = corpus.run();
      assertEquals(1, made.info().chatCounts().badByReason().get("missing_content"));
      assertEquals(
          rows,
          described(
              TokenizeCorpus.rows(SESSION, org.sparklora.storage.Store.local(), made.folder())));
    }
  }

  private static final String CHAT =
      "[{\"role\": \"user\", \"content\": \"Sort: 9, 2, 5\"}, {\"role\": \"assistant\", \"content\": \"2, 5, 9\"}]";

  @Test
  void cellsOfTablesHoldConversationsAsJsonTexts() throws IOException {
    Path csv = folder.resolve("cells.csv");
    String cell = "\"" + CHAT.replace("\"", "\"\"") + "\"";
    Files.write(csv, List.of("id,messages,tools", "1," + cell + ",", "2,[{,", "3,,", "4,[],[]"));
    TokenizeCorpus ofCsv =
        corpus("qwen2", "chatml_plain", "messages").with("input_file", csv.toString());
    Map<String, Long> bad = Map.of("bad_json", 1L, "wrong_type", 1L, "no_messages", 1L);
    assertEquals(bad, ofCsv.run().info().chatCounts().badByReason());
    List<String> rows = described(ofCsv.rows());
    assertEquals(1, rows.size());

    Path parquet = folder.resolve("cells.parquet");
    SESSION
        .read()
        .option("header", true)
        .option("quote", "\"")
        .option("escape", "\"")
        .csv(csv.toString())
        .coalesce(1)
        .write()
        .parquet(parquet.toString());
    TokenizeCorpus ofParquet =
        corpus("qwen2", "chatml_plain", "messages").with("input_file", parquet.toString());
    assertEquals(bad, ofParquet.run().info().chatCounts().badByReason());
    assertEquals(rows, described(ofParquet.rows()));
  }

  /** Each file by itself may be anything that JSON lines may be. */
  @Test
  void parquetFilesOfOneCorpusMayHaveColumnsOfDifferentTypes() throws IOException {
    Path input = folder.resolve("many");
    String turns =
        "array(named_struct('role', 'user', 'content', %s), named_struct('role', 'assistant', 'content', %s)%s)";
    String plain = turns.formatted("'q'", "'a'", "");
    write(input, plain + " as messages, timestamp'2020-01-01' as t");
    write(
        input,
        "array(named_struct('content', 'q', 'role', 'user', 'n', 1L), named_struct('content', 'a', 'role', 'assistant', 'n', 2L)) as messages");
    write(input, "cast(to_json(" + plain + ") as string) as messages");
    write(input, "cast(to_json(" + plain + ") as binary) as messages");
    write(input, "from_json(to_json(" + plain + "), 'array<map<string,string>>') as messages");
    String parts = "array(named_struct('type', 'text', 'text', '%s'))";
    write(input, turns.formatted(parts.formatted("q"), parts.formatted("a"), "") + " as messages");
    write(input, "1 as other, 'x' as messages");
    write(input, "'no such column' as other");
    write(
        input,
        "array(named_struct('role', cast('user' as binary), 'content', unhex('ff61')), named_struct('role', cast('assistant' as binary), 'content', cast('a' as binary))) as messages");
    write(input, turns.formatted("'q\ufffd'", "'a'", "") + " as messages");
    TokenizeCorpus corpus =
        corpus("qwen2", "chatml_plain", "messages")
            .with("input_file", input.toString())
            .with("dedup", "exact");
    TokenizeResult made = corpus.run();
    assertEquals(
        Map.of("it is not UTF-#", 1L, "missing_key", 1L, "wrong_type", 1L),
        made.info().chatCounts().badByReason());
    assertEquals(5, made.info().repeats().equal());
    assertEquals(2, described(corpus.rows()).size());
  }

  private static void write(Path folder, String columns) {
    SESSION.sql("select " + columns).coalesce(1).write().mode("append").parquet(folder.toString());
  }

  @Test
  void pairsOfParquetInAFormAreLookedThroughForRepeats() {
    Path input = folder.resolve("pairs");
    write(input, "'x' as q, 'y' as a from range(3)");
    TokenizeCorpus corpus =
        new TokenizeCorpus(SESSION, folder)
            .with("prompt_format", "<{prompt}>")
            .with("dedup", "exact")
            .with("input_file", input.toString());
    assertEquals(1, corpus.run().info().rows());
  }

  @Test
  void datasetInfoNamesFileColumnsAndTags() throws IOException {
    TokenizeCorpus corpus =
        corpus("qwen2", "chatml_plain", "messages")
            .without("input_file")
            .with("dataset_info", Fixtures.path("chat", "dataset_info.json").toString())
            .with("dataset", "renamed_sharegpt");
    FeatureTableInfo info = corpus.run().info();
    assertEquals(3, info.counts().written());
    assertEquals(
        "sharegpt messages=dialog system=regie tools=werkzeug role_tag=wer content_tag=was",
        info.madeFrom().chat().rows());
    assertEquals(expected("chatml_plain", "renamed_sharegpt"), described(corpus.rows()));
  }

  @Test
  void whatDatasetInfoSaysOfFewerRowsIsPassedOverWithAWord() throws IOException {
    Files.writeString(
        folder.resolve("two.jsonl"),
        """
        {"instruction": "a", "output": "b"}
        {"instruction": "c", "output": "d"}
        """);
    Path file =
        Files.writeString(
            folder.resolve("dataset_info.json"),
            """
            {"mine": {"file_name": "two.jsonl", "num_samples": 1, "split": "train"}}
            """);
    TokenizeCorpus corpus =
        corpus("qwen2", "chatml_plain", "messages")
            .without("input_file")
            .with("dataset_info", file.toString())
            .with("dataset", "mine");
    try (LoggedLines log = new LoggedLines()) {
      assertEquals(2, corpus.run().info().counts().written());
      assertEquals(
          List.of(
              "num_samples of the dataset mine is passed over",
              "split of the dataset mine is passed over"),
          log.containing("passed over"));
    }
  }

  @Test
  void theLastAnswerAloneIsLearnedOnRequest() throws IOException {
    TokenizeCorpus corpus = corpus("qwen2", "chatml_plain", "messages").with("train_on", "last");
    corpus.run();
    assertTrue(corpus.rows().stream().allMatch(row -> row.spans().count() == 1));
  }

  @Test
  void twoKeysWithAFormOfTheirOwnHaveItInTheContract() {
    TokenizeCorpus corpus =
        new TokenizeCorpus(SESSION, folder).with("prompt_format", "问：{prompt}答：");
    FeatureTableInfo info = corpus.run().info();
    assertEquals("free", info.madeFrom().chat().prompt().path("form").asText());
    assertEquals("pair prompt=q response=a", info.madeFrom().chat().rows());
  }

  @Test
  void oldestRoundsGoFirstAndTheSystemTextStays() throws IOException {
    Path chats = folder.resolve("long.jsonl");
    StringBuilder turns =
        new StringBuilder("{\"messages\": [{\"role\": \"system\", \"content\": \"SYS\"}");
    for (int i = 0; i < 12; i++) {
      turns.append(
          ", {\"role\": \"user\", \"content\": \"question %d\"}, {\"role\": \"assistant\", \"content\": \"answer %d\"}"
              .formatted(i, i));
    }
    Files.writeString(chats, turns + "]}\n");
    TokenizeCorpus whole =
        corpus("qwen2", "chatml_plain", "messages").with("input_file", chats.toString());
    FeatureRow all =
        whole.with("max_seq_length", "4000").run().info().rows() == 1 ? whole.rows().get(0) : null;
    int max = all.length() / 2;
    TokenizeCorpus cut =
        corpus("qwen2", "chatml_plain", "messages")
            .with("save_name", folder.resolve("cut").toString())
            .with("input_file", chats.toString())
            .with("max_seq_length", String.valueOf(max));
    TokenizeResult made = cut.run();
    FeatureRow row =
        TokenizeCorpus.rows(SESSION, org.sparklora.storage.Store.local(), made.folder()).get(0);
    assertTrue(row.length() <= max);
    assertTrue(row.spans().count() > 3 && row.spans().count() < 12);
    assertEquals(1, made.info().counts().cut());
    assertEquals(12 - row.spans().count(), made.info().chatCounts().counts().get("dropped_rounds"));
    int[] tail = Arrays.copyOfRange(all.inputIds(), all.length() - 20, all.length());
    assertEquals(
        Arrays.toString(tail),
        Arrays.toString(Arrays.copyOfRange(row.inputIds(), row.length() - 20, row.length())));
    assertEquals(all.inputIds()[4], row.inputIds()[4]);
  }

  @Test
  void shapesThatCannotBeToldAndModelsWithoutATemplateAreNamed() throws IOException {
    Path corpus = folder.resolve("x.jsonl");
    Files.writeString(corpus, "{\"frage\": \"a\", \"antwort\": \"b\"}\n");
    assertEquals(
        "Cannot tokenize, the shape of the rows cannot be told by their keys: frage, antwort (expected messages; conversations; instruction and output; prompt and completion; or question and chatgpt_answers). Give --prompt_key and --target_key, --row_format or --dataset_info.",
        refused(corpus("qwen2", "chatml_plain", "messages").with("input_file", corpus.toString())));
    TokenizeCorpus bare =
        new TokenizeCorpus(SESSION, folder)
            .without("prompt_key")
            .without("target_key")
            .with("input_file", Fixtures.path("chat", "messages.jsonl").toString());
    assertEquals(
        "Cannot choose a prompt form, the base has no chat template: %s (expected chat_template.jinja, or chat_template in tokenizer_config.json). Give --prompt_form or --prompt_format."
            .formatted(Fixtures.path("llama", "model")),
        refused(bare));
    Files.writeString(
        TemplatedModel.in(folder, "llama", "chatml_plain").resolve("chat_template.jinja"),
        "{% nonsense %}");
    String message =
        refused(bare.with("model_checkpoint", folder.resolve("llama-chatml_plain").toString()));
    assertEquals(
        "Cannot render the chat template of the model, line 1 is refused as unknown_tag: no tag named 'nonsense' (expected what jinja2 allows in its sandbox, within bounds). Choose a --prompt_form, or change the template.",
        message);
  }

  private static String refused(TokenizeCorpus corpus) {
    return assertThrows(Failure.class, corpus::run).getMessage();
  }

  private TokenizeCorpus corpus(String family, String template, String file) throws IOException {
    return new TokenizeCorpus(SESSION, Files.createTempDirectory(folder, file))
        .without("prompt_key")
        .without("target_key")
        .with("cut_policy", "keep-target")
        .with("max_seq_length", "2000")
        .with("model_checkpoint", TemplatedModel.in(folder, family, template).toString())
        .with("input_file", Fixtures.path("chat", file + ".jsonl").toString());
  }

  private static JsonNode json(String name) throws IOException {
    return JSON.readTree(Fixtures.path("chat", name).toFile());
  }

  private static List<String> described(List<FeatureRow> rows) {
    return rows.stream()
        .map(r -> Arrays.toString(r.inputIds()) + " " + Arrays.toString(r.spans().bounds()))
        .toList();
  }

  private static List<String> expected(String template, String file) throws IOException {
    List<String> rows = new ArrayList<>();
    for (JsonNode row : json("expected/ids_" + template + ".json").path("rows")) {
      if (row.path("file").asText().replaceAll("\\..*", "").equals(file)) {
        add(row, rows);
      }
    }
    return rows;
  }

  private static void add(JsonNode row, List<String> rows) {
    if (row.has("one_row")) {
      rows.add(words(row.path("one_row")));
      return;
    }
    for (JsonNode turn : row.path("per_turn")) {
      if (!turn.has("bad")) {
        rows.add(words(turn));
      }
    }
  }

  private static String words(JsonNode row) {
    List<Integer> bounds = new ArrayList<>();
    JsonNode spans = row.has("spans") ? row.path("spans") : row.path("span");
    if (spans.size() > 0 && spans.get(0).isArray()) {
      spans.forEach(s -> s.forEach(b -> bounds.add(b.asInt())));
    } else {
      spans.forEach(b -> bounds.add(b.asInt()));
    }
    return row.path("input_ids").toString().replace(",", ", ") + " " + bounds;
  }

  private static long bad(String file) throws IOException {
    return json("expected/" + file + ".json").path("counters").path("bad").asLong();
  }

  private static long templateErrors(String template, String file) throws IOException {
    long errors = 0;
    for (JsonNode row : json("expected/ids_" + template + ".json").path("rows")) {
      boolean mine = row.path("file").asText().replaceAll("\\..*", "").equals(file);
      errors += mine && rowsOf(row).isEmpty() ? 1 : 0;
    }
    return errors;
  }

  private static List<String> rowsOf(JsonNode row) {
    List<String> rows = new ArrayList<>();
    add(row, rows);
    return rows;
  }
}
