package org.sparklora.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.Fixtures;

/** What transformers leaves to draw from, see {@code fixtures/README.md}: decoding/filters.json. */
class TestFilters {
  private final JsonNode golden =
      new ObjectMapper().readTree(Fixtures.path("decoding", "filters.json").toFile());

  TestFilters() throws IOException {}

  @Test
  void temperatureThenTopKThenTopPLeaveWhatTransformersLeaves() {
    int withBoth = 0;
    for (JsonNode one : golden.get("filtered")) {
      JsonNode settings = one.get("settings");
      Sampling sampling =
          new Sampling(
              settings.get("temperature").asDouble(),
              settings.get("top_k").asInt(),
              settings.get("top_p").asDouble(),
              42);
      Sampler.Candidates left =
          new Sampler(sampling).candidates(logits(one), new NextToken(0, new int[0], 0));
      String which = one.get("logits").asText() + " " + settings;
      assertEquals(one.get("kept").asInt(), left.ids().length, which);
      double[] probabilities = new double[logits(one).size()];
      for (int id : left.ids()) {
        probabilities[id] = left.weights()[id] / left.sum();
      }
      for (int id = 0; id < probabilities.length; id++) {
        assertEquals(one.get("probabilities").get(id).asDouble(), probabilities[id], 2e-6, which);
      }
      withBoth += sampling.topK() > 0 && sampling.topP() < 1 ? 1 : 0;
    }
    assertTrue(withBoth > 5);
  }

  @Test
  void eachTokenOfPromptAndAnswerIsPenalisedOnce() {
    for (JsonNode one : golden.get("penalised")) {
      Logits logits = logits(one);
      LogitRules rules = new LogitRules(one.get("repetition_penalty").asDouble(), 0, false);
      rules.apply(logits, new NextToken(0, Fixtures.ints(one.get("ids")), 0), List.of());
      for (int id = 0; id < logits.size(); id++) {
        assertEquals(one.get("processed").get(id).floatValue(), logits.of(id), 1e-6f);
      }
    }
  }

  @Test
  void whatTopKLeavesOutIsNeverDrawn() {
    float[] values = {3, 1, 2, 2, -1, 0};
    Sampler sampler = new Sampler(new Sampling(1.5, 2, 1, 42));
    int[] drawn =
        IntStream.range(0, 2_000)
            .map(
                p ->
                    sampler.choose(
                        new Logits(values.clone(), 0, 6), new NextToken(0, new int[0], p)))
            .distinct()
            .sorted()
            .toArray();
    assertEquals("[0, 2, 3]", Arrays.toString(drawn));
  }

  private Logits logits(JsonNode one) {
    JsonNode values = golden.get("logits").get(one.get("logits").asText());
    float[] logits = new float[values.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = values.get(i).floatValue();
    }
    return new Logits(logits, 0, logits.length);
  }
}
