package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.TemplatedModel;
import org.sparklora.jobs.predict.PredictPrompts;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.jobs.train.TrainRun;

/** Conversations on their whole way: table, training that is stopped and goes on, answers. */
class TestChatJourney {
  private static final SparkSession SESSION = LocalSpark.session();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Path questions;

  @BeforeEach
  void someQuestions() throws IOException {
    questions =
        Files.write(
            folder.resolve("questions.jsonl"),
            List.of("{\"q\": \"Sort: 9, 2, 5\"}", "{\"q\": \"三原色是什么？\"}"));
  }

  @ParameterizedTest
  @CsvSource({"qwen2, template, true", "qwen3, template, true", "chatglm, chatglm, false"})
  void theFormOfTheTableReachesTheAnswers(String family, String form, boolean shares)
      throws IOException {
    Path model =
        family.equals("qwen2") // of the three only qwen3 has a template of its own
            ? TemplatedModel.in(folder, family, "chatml_plain")
            : Fixtures.path(family, "model");
    TokenizeCorpus corpus = table(model);
    assertEquals(form, corpus.run().info().madeFrom().chat().prompt().path("form").asText());
    assertEquals(shares, corpus.rows().stream().anyMatch(row -> row.spans().count() > 1));

    TrainRun whole = train("whole");
    whole.run();
    assertThrows(Failure.class, train("broken").stoppedAfter(3)::run);
    TrainRun resumed = train("broken");
    resumed.run();
    assertArrayEquals(whole.adapter(), resumed.adapter());
    for (String place : List.of("", "checkpoint-4", "checkpoint-6")) {
      JsonNode told =
          JSON.readTree(whole.output().resolve(place).resolve("sparklora.json").toFile());
      assertEquals(form, told.path("prompt_form").path("form").asText(), place);
    }

    PredictPrompts travelled = predict("travelled", model);
    travelled.run();
    assertEquals(form, travelled.info().madeFrom().get("prompt_form"));
    PredictPrompts same = predict("same", model).with("prompt_form", form);
    same.run();
    assertEquals(travelled.column("prediction"), same.column("prediction"));
    assertEquals(travelled.info().madeFrom(), same.info().madeFrom());
    PredictPrompts other = predict("other", model).with("prompt_form", "baichuan");
    other.run();
    assertNotEquals(travelled.column("prediction"), other.column("prediction"));
    Failure refused =
        assertThrows(Failure.class, () -> predict("same", model).with("prompt_form", "none").run());
    assertTrue(refused.getMessage().contains(" differs in "), refused.getMessage());
    assertFalse(predict("same", model).run().made());
  }

  private TokenizeCorpus table(Path model) {
    return new TokenizeCorpus(SESSION, folder)
        .without("prompt_key")
        .without("target_key")
        .with("cut_policy", "keep-target")
        .with("max_seq_length", "250")
        .with("model_checkpoint", model.toString())
        .with("input_file", Fixtures.path("chat", "sharegpt.jsonl").toString());
  }

  private TrainRun train(String name) {
    return new TrainRun(SESSION, folder.resolve("table"), folder.resolve(name))
        .with("learning_rate", "1e-2")
        .with("per_device_train_batch_size", "2");
  }

  private PredictPrompts predict(String name, Path model) {
    return new PredictPrompts(SESSION, folder.resolve(name))
        .with("model_checkpoint", model.toString())
        .with("adapter", folder.resolve("whole").toString())
        .with("input_file", questions.toString());
  }
}
