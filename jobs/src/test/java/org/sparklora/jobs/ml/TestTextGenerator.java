package org.sparklora.jobs.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.jobs.run.LocalSpark;

/** {@code docs/spark-ml.md}. */
class TestTextGenerator {
  private static final String MODEL = Fixtures.path("llama", "model").toString();
  private static final String ADAPTER = Fixtures.path("llama", "golden/adapter").toString();

  private final SparkSession session = LocalSpark.session();

  @TempDir Path folder;

  @Test
  void aPipelineAnswersAsTheReferenceAlsoWhenItWasSaved() throws Exception {
    PipelineModel pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {generator("base"), generator("tuned").setAdapter(ADAPTER)})
            .fit(prompts());
    check(pipeline.transform(prompts()));
    String saved = folder.resolve("saved").toString();
    pipeline.write().save(saved);
    check(PipelineModel.load(saved).transform(prompts()));
  }

  @Test
  void aSavedStageHasItsParameters() throws IOException {
    TextGenerator stage =
        generator("out")
            .setAdapters(List.of("a=" + ADAPTER, "b=" + ADAPTER))
            .setMix("a=0.5,b=0.5")
            .setStop(List.of("x", "y"))
            .setSeed(7)
            .setTemperature(0.5)
            .setTrustBase(true);
    String saved = folder.resolve("stage").toString();
    stage.save(saved);
    TextGenerator again = TextGenerator.load(saved);
    assertEquals(stage.uid(), again.uid());
    assertEquals(GeneratorFlags.of(stage), GeneratorFlags.of(again));
    assertEquals(GeneratorFlags.of(stage), GeneratorFlags.of(stage.copy(stage.extractParamMap())));
    assertTrue(
        stage.explainParams().contains("maxNewTokens: Most tokens of an answer"),
        stage.explainParams());
  }

  @Test
  void aStreamIsAnsweredToo() throws Exception {
    Path input = Files.createDirectories(folder.resolve("stream"));
    List<String> texts = new ArrayList<>();
    golden().get("prompts").forEach(prompt -> texts.add(prompt.get("prompt").asText()));
    for (int i = 0; i < texts.size(); i++) {
      String line = new ObjectMapper().writeValueAsString(Map.of("q", texts.get(i)));
      Files.writeString(input.resolve(i + ".json"), line + "\n");
    }
    Dataset<Row> stream =
        session
            .readStream()
            .schema(new StructType().add("q", "string"))
            .option("maxFilesPerTrigger", 2)
            .json(input.toString());
    StreamingQuery query =
        generator("base")
            .transform(stream)
            .writeStream()
            .format("memory")
            .queryName("answered")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    Map<String, String> answers = new HashMap<>();
    session
        .table("answered")
        .collectAsList()
        .forEach(r -> answers.put(r.getString(0), r.getString(1)));
    assertEquals(expected("base_text"), answers);
  }

  @Test
  void rowsChooseTheirAdapterAndRowsWithoutATextGetNone() throws IOException {
    JsonNode first = golden().get("prompts").get(0);
    String text = first.get("prompt").asText();
    StructType schema = new StructType().add("q", "string").add("who", "string");
    Dataset<Row> table =
        session.createDataFrame(
            Arrays.asList(
                RowFactory.create(text, "a"),
                RowFactory.create(text, null),
                RowFactory.create(null, "a")),
            schema);
    TextGenerator stage = generator("out").setAdapter("a=" + ADAPTER).setAdapterCol("who");
    assertEquals(
        Arrays.asList(first.get("adapter_text").asText(), first.get("base_text").asText(), null),
        column(stage.transform(table.coalesce(1)), "out"));
  }

  @Test
  void aDrawnAnswerIsTheTextsOwnHoweverTheTableIsCut() throws IOException {
    TextGenerator stage = generator("out").setTemperature(2).setSeed(3);
    List<String> once = column(stage.transform(prompts().coalesce(1)).orderBy("q"), "out");
    assertEquals(once, column(stage.transform(prompts().repartition(3)).orderBy("q"), "out"));
    assertNotEquals(once, column(stage.setSeed(4).transform(prompts()).orderBy("q"), "out"));
    assertFalse(once.isEmpty());
  }

  @Test
  void whatDoesNotFitIsSaidBeforeAnythingRuns() throws IOException {
    assertRefused(
        new TextGenerator().setInputCol("q").setOutputCol("out"),
        "Cannot transform the table, a parameter of TextGenerator is not set: modelUrl (expected a value). Set it.");
    assertRefused(
        generator("q"),
        "Cannot transform the table, it has such a column already: q (expected a new name). Change outputCol.");
    assertRefused(
        generator("out").setInputCol("text"),
        "Cannot transform the table, it has no such column: text (expected one of q). Change the parameter.");
    Failure type =
        assertThrows(Failure.class, () -> generator("out").transform(session.range(1).toDF("q")));
    assertEquals(
        "Cannot transform the table, a column holds no texts: q of type bigint (expected string). Change the parameter, or cast the column.",
        type.getMessage());
    Failure problems =
        assertThrows(Failure.class, () -> generator("out").setMaxNewTokens(0).transform(prompts()));
    assertTrue(problems.getMessage().contains("--max_new_tokens"), problems.getMessage());
  }

  private void assertRefused(TextGenerator stage, String message) throws IOException {
    Dataset<Row> table = prompts();
    assertEquals(message, assertThrows(Failure.class, () -> stage.transform(table)).getMessage());
  }

  private void check(Dataset<Row> answered) throws IOException {
    Map<String, String> base = new HashMap<>();
    Map<String, String> tuned = new HashMap<>();
    for (Row row : answered.collectAsList()) {
      base.put(row.getString(0), row.getString(1));
      tuned.put(row.getString(0), row.getString(2));
    }
    assertEquals(expected("base_text"), base);
    assertEquals(expected("adapter_text"), tuned);
  }

  private TextGenerator generator(String output) throws IOException {
    return new TextGenerator()
        .setInputCol("q")
        .setOutputCol(output)
        .setModelUrl(MODEL)
        .setBatchSize(2)
        .setMaxNewTokens(golden().get("max_new_tokens").asInt());
  }

  private Dataset<Row> prompts() throws IOException {
    List<Row> rows = new ArrayList<>();
    golden()
        .get("prompts")
        .forEach(prompt -> rows.add(RowFactory.create(prompt.get("prompt").asText())));
    return session.createDataFrame(rows, new StructType().add("q", "string"));
  }

  private static Map<String, String> expected(String which) throws IOException {
    Map<String, String> answers = new HashMap<>();
    golden()
        .get("prompts")
        .forEach(p -> answers.put(p.get("prompt").asText(), p.get(which).asText()));
    return answers;
  }

  private static List<String> column(Dataset<Row> table, String name) {
    List<String> values = new ArrayList<>();
    table.select(name).collectAsList().forEach(row -> values.add(row.getString(0)));
    return values;
  }

  private static JsonNode golden() throws IOException {
    return new ObjectMapper()
        .readTree(Fixtures.path("llama", "golden/golden.json").toFile())
        .get("generation");
  }
}
