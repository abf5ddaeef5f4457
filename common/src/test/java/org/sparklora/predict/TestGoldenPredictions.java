package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.EachFamily;
import org.sparklora.Fixtures;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.model.Golden;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberChoice;
import org.sparklora.tensor.NumberType;

/**
 * Answers of the fixtures' models, see {@code fixtures/README.md}: golden.json by make/golden.py.
 */
class TestGoldenPredictions {
  private static final ComputeOptions ONE_THREAD = CpuOptions.of(NumberType.FP32, 1);

  @EachFamily
  void greedyAnswersEqualTheReference(String family) throws IOException {
    check(family, "base");
  }

  @EachFamily
  void greedyAnswersWithAMergedAdapterEqualTheReference(String family) throws IOException {
    check(family, "adapter");
  }

  private static void check(String family, String which) throws IOException {
    JsonNode golden = golden(family);
    List<Generator.Request> requests = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (JsonNode prompt : golden.get("generation").get("prompts")) {
      requests.add(new Generator.Request(0, Fixtures.ints(prompt.get("prompt_ids"))));
      expected.add(Fixtures.ints(prompt.get(which + "_new_ids")));
    }
    try (DecodingModel model = OpenedModel.open(Store.local(), choice(family, which), ONE_THREAD)) {
      Integer[] stops = new Golden(family).stopIds().toArray(Integer[]::new);
      Generator generator = Generators.endingAt(model, greedy(golden), stops);
      List<int[]> together = generator.generate(requests);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), together.get(i), "prompt " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "chatglm, base",
    "chatglm2, adapter",
    "baichuan, base",
    "llama, adapter",
    "qwen2, base",
    "chatglm3, adapter",
    "mistral, base",
    "qwen3, adapter",
    "phi3, base",
    "gemma3_text, adapter",
    "glm, base"
  })
  void textsInTextsOut(String family, String which) throws IOException {
    JsonNode golden = golden(family);
    List<Prompt> prompts = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    // Rows of other lengths around the golden ones, so that batches are mixed and shrink.
    List<JsonNode> corpus = Fixtures.lines(family, "corpus.jsonl");
    for (JsonNode prompt : golden.get("generation").get("prompts")) {
      prompts.add(prompt(prompts.size(), prompt.get("prompt").asText()));
      expected.add(prompt.get(which + "_text").asText());
      prompts.add(prompt(prompts.size(), corpus.get(prompts.size()).get("q").asText()));
      expected.add(null);
    }
    try (Predictor predictor = predictor(family, which)) {
      List<Prediction> predictions = predictor.predict(prompts, greedy(golden));
      assertEquals(
          prompts.stream().map(Prompt::text).toList(),
          predictions.stream().map(a -> a.prompt().text()).toList());
      for (int i = 0; i < expected.size(); i += 2) {
        assertEquals(expected.get(i), predictions.get(i).text(), "prompt " + i);
      }
    }
  }

  /** Weights that threads share outlive the predictor that loaded them. */
  @ParameterizedTest
  @CsvSource({"chatglm, adapter", "qwen2, base"})
  void threadsThatShareAModelAnswerTheSame(String family, String which) throws Exception {
    List<JsonNode> corpus = Fixtures.lines(family, "corpus.jsonl");
    List<Prompt> prompts =
        IntStream.range(0, 24).mapToObj(i -> prompt(i, corpus.get(i).get("q").asText())).toList();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Predictor first = predictor(family, which);
    try (Predictor second = first.forAnotherThread()) {
      Future<List<String>> there =
          threads.submit(
              () -> {
                second.bindToThread();
                return predictions(second, prompts, 4);
              });
      List<String> here = predictions(first, prompts, 4);
      first.close();
      assertEquals(here, there.get());
      assertEquals(here, predictions(second, prompts, 3));
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void samplesDoNotDependOnBatches() {
    List<JsonNode> corpus = Fixtures.lines("llama", "corpus.jsonl");
    List<Prompt> prompts =
        IntStream.range(0, 24).mapToObj(i -> prompt(i, corpus.get(i).get("q").asText())).toList();
    try (Predictor predictor = predictor("llama", "adapter")) {
      List<String> alone = predictions(predictor, prompts, 1);
      assertEquals(alone, predictions(predictor, prompts, 5));
      assertEquals(alone, predictions(predictor, prompts, 24));
      assertTrue(alone.stream().distinct().count() > 12, "samples have to differ");
    }
  }

  /** Longer than the room that a cache begins with. */
  private static List<String> predictions(
      Predictor predictor, List<Prompt> prompts, int batchSize) {
    GenerationSettings settings = new GenerationSettings(140, 0.8, 0.9, 42, batchSize, 4);
    return predictor.predict(prompts, settings).stream().map(Prediction::text).toList();
  }

  private static Predictor predictor(String family, String which) {
    return Predictor.open(
        Store.local(), choice(family, which), Fixtures.path(family, "model"), ONE_THREAD);
  }

  static ModelChoice choice(String family, String which) {
    Path adapter = Fixtures.path(family, "golden/adapter");
    return new ModelChoice(
        Fixtures.path(family, "model").toString(),
        which.equals("adapter") ? adapter.toString() : "",
        NumberChoice.FP32,
        "");
  }

  private static Prompt prompt(int row, String text) {
    return new Prompt(row, text, Optional.empty());
  }

  private static GenerationSettings greedy(JsonNode golden) {
    int most = golden.get("generation").get("max_new_tokens").asInt();
    return new GenerationSettings(most, 0, 1, 42, 8, 0);
  }

  private static JsonNode golden(String family) throws IOException {
    return new ObjectMapper().readTree(Fixtures.path(family, "golden/golden.json").toFile());
  }
}
