package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparklora.Fixtures;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.generation.LogitRules;
import org.sparklora.generation.Sampling;
import org.sparklora.generation.Stops;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;

/** Greedy answers under transformers' options, see {@code fixtures/README.md}: decoding/*.json. */
class TestDecodingOptions {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<String> familiesWithOptions() {
    return Fixtures.FAMILIES.stream().filter(family -> Files.exists(file(family)));
  }

  @ParameterizedTest
  @MethodSource("familiesWithOptions")
  void answersEqualTransformersWithAndWithoutLookup(String family) throws IOException {
    JsonNode golden = JSON.readTree(file(family).toFile());
    int limit = golden.get("max_new_tokens").asInt();
    Map<String, List<JsonNode>> byOptions = new TreeMap<>();
    for (String part : List.of("greedy", "first_choice_is_end")) {
      for (JsonNode prompt : golden.get(part)) {
        for (JsonNode run : prompt.get("runs")) {
          String options = run.get("options") + " " + run.get("eos_token_id");
          byOptions.computeIfAbsent(options, o -> new ArrayList<>()).add(both(prompt, run));
        }
      }
    }
    assertTrue(byOptions.size() > 8, byOptions.keySet().toString());
    ModelChoice choice = TestGoldenPredictions.choice(family, "base");
    try (DecodingModel model =
        OpenedModel.open(Store.local(), choice, CpuOptions.of(NumberType.FP32, 1))) {
      for (List<JsonNode> runs : byOptions.values()) {
        for (int lookup : new int[] {0, 6}) {
          check(model, settings(runs.get(0), limit, lookup), runs);
        }
      }
    }
  }

  private static void check(DecodingModel model, GenerationSettings settings, List<JsonNode> runs) {
    List<Generator.Request> requests =
        runs.stream()
            .map(run -> new Generator.Request(0, Fixtures.ints(run.get("prompt_ids"))))
            .toList();
    List<int[]> answers = Generators.endingAt(model, settings).generate(requests);
    for (int i = 0; i < runs.size(); i++) {
      int[] expected = Fixtures.ints(runs.get(i).get("new_ids"));
      assertEquals(
          Arrays.toString(expected),
          Arrays.toString(answers.get(i)),
          settings + " for " + Arrays.toString(requests.get(i).prompt()));
    }
  }

  private static GenerationSettings settings(JsonNode run, int limit, int lookup) {
    JsonNode options = run.get("options");
    List<Integer> ends = Arrays.stream(Fixtures.ints(run.get("eos_token_id"))).boxed().toList();
    LogitRules rules =
        new LogitRules(
            options.path("repetition_penalty").asDouble(1),
            options.path("min_new_tokens").asInt(0),
            options.has("begin_suppress_tokens"));
    return new GenerationSettings(
        limit, new Sampling(0, 0, 1, 42), rules, new Stops(ends, List.of()), 8, lookup);
  }

  private static JsonNode both(JsonNode prompt, JsonNode run) {
    ObjectNode both = run.deepCopy();
    both.set("prompt_ids", prompt.get("prompt_ids"));
    return both;
  }

  private static Path file(String family) {
    return Fixtures.path("decoding", family + ".json");
  }
}
