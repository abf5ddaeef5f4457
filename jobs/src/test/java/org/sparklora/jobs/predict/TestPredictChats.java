package org.sparklora.jobs.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.TemplatedModel;
import org.sparklora.config.Given;
import org.sparklora.jobs.run.LocalSpark;

/** Questions in a prompt form, of conversations and of texts. */
class TestPredictChats {
  private static final SparkSession SESSION = LocalSpark.session();

  @TempDir Path folder;

  @Test
  void parquetIsAnsweredLikeTheJsonItHolds() throws IOException {
    Path json = conversations();
    PredictPrompts ofJson = job("json", json);
    ofJson.run();
    List<String> answers = ofJson.column("prediction");
    assertEquals(2, answers.size());
    assertNotEquals(answers.get(0), answers.get(1));

    Path parquet = folder.resolve("chats.parquet");
    SESSION.read().json(json.toString()).coalesce(1).write().parquet(parquet.toString());
    PredictPrompts ofParquet = job("parquet", parquet);
    assertEquals(1, ofParquet.run().info().badRows());
    assertEquals(answers, ofParquet.column("prediction"));
  }

  @Test
  void parquetWithoutConversationsIsNamed() {
    Path texts = PredictPrompts.parquet(SESSION, folder, 4);
    Failure failure = assertThrows(Failure.class, () -> job("texts", texts).run());
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot predict, the Parquet files have no column of a conversation: a, q (expected one of conversations, history, input, instruction, messages, prompt, question, system, tools). Give --prompt_key.",
        failure.getMessage());
  }

  @Test
  void furtherNamesOfSpeakersAreKnownAndRecorded() throws IOException {
    Path input = folder.resolve("kunde.jsonl");
    Files.writeString(
        input, "{\"messages\": [{\"role\": \"kunde\", \"content\": \"Sort: 9, 2, 5\"}]}\n");
    assertThrows(Failure.class, () -> job("unknown", input).run());
    PredictPrompts job = job("known", input).with("roles", "kunde=user");
    assertTrue(job.run().made());
    assertEquals("kunde=user", job.info().madeFrom().get("roles"));
    assertFalse(job.run().made());
    Failure failure = assertThrows(Failure.class, () -> job.with("prompt_key", "q").run());
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .contains(
                "--roles has a --prompt_key beside it: kunde=user (expected it for conversations only). Drop one of them."),
        failure.getMessage());
  }

  @Test
  void theTokenThatEndsATurnEndsAnAnswerAndIsRecorded() throws IOException {
    PredictPrompts chat = job("turns", conversations());
    chat.run();
    // Ids of the fixture: <|endoftext|>, which its files name, and the <|im_end|> of the template.
    assertEquals(new Given("[533, 535]", "model"), chat.info().decoding().get("end_tokens"));

    PredictPrompts plain =
        new PredictPrompts(SESSION, folder.resolve("plain"))
            .family("qwen2")
            .with("prompt_form", "none");
    plain.run();
    assertEquals(new Given("[533]", "model"), plain.info().decoding().get("end_tokens"));
  }

  @Test
  void chatGlm3StopsWhereAnotherSpeakerBegins() throws IOException {
    PredictPrompts job =
        new PredictPrompts(SESSION, folder.resolve("glm3"))
            .family("chatglm3")
            .with("input_file", Fixtures.path("chatglm3", "corpus.jsonl").toString())
            .with("prompt_form", "chatglm3");
    job.run();
    assertEquals(
        new ObjectMapper()
            .readTree(Fixtures.path("chatglm3", "golden/golden.json").toFile())
            .get("chat_stop_ids")
            .toString(),
        job.info().decoding().get("end_tokens").value().replace(" ", ""));
  }

  private PredictPrompts job(String name, Path input) {
    return new PredictPrompts(SESSION, folder.resolve(name))
        .with("model_checkpoint", TemplatedModel.in(folder, "qwen2", "chatml_plain").toString())
        .with("prompt_key", "")
        .with("max_bad_fraction", "0.5")
        .with("input_file", input.toString());
  }

  private Path conversations() throws IOException {
    return Files.write(
        folder.resolve("chats.jsonl"),
        List.of(
            "{\"messages\": [{\"role\": \"user\", \"content\": \"Sort: 9, 2, 5\"}, {\"role\": \"assistant\", \"content\": \"2, 5, 9\"}, {\"role\": \"user\", \"content\": \"go on\"}]}",
            "{\"messages\": [{\"role\": \"assistant\", \"content\": \"x\"}]}",
            "{\"messages\": [{\"role\": \"system\", \"content\": \"be brief\"}, {\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"the answer\"}]}"));
  }
}
