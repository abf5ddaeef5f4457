package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sparklora.EachFamily;
import org.sparklora.Fixtures;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/** The fixtures' models predict the same with and without prompt lookup. */
class TestLookupPredictions {
  private static final ComputeOptions ONE_THREAD = CpuOptions.of(NumberType.FP32, 1);
  private static final int NO_END = -1;

  /** Longer than the room that a cache begins with. */
  private static final int LIMIT = 150;

  @EachFamily
  void lookupChangesNoAnswerWithAnAdapter(String family) {
    List<Generator.Request> requests = requests(family);
    ModelChoice choice = TestGoldenPredictions.choice(family, "adapter");
    try (DecodingModel model = OpenedModel.open(Store.local(), choice, ONE_THREAD)) {
      List<int[]> plain = generator(model, LIMIT, NO_END, 0).generate(requests);
      assertLookupChangesNothing(model, 6, requests, plain);
    }
  }

  @EachFamily
  void lookupChangesNoAnswerOfTheBase(String family) {
    List<Generator.Request> requests = requests(family);
    ModelChoice choice = TestGoldenPredictions.choice(family, "base");
    try (DecodingModel model = OpenedModel.open(Store.local(), choice, ONE_THREAD)) {
      List<int[]> plain = generator(model, LIMIT, NO_END, 0).generate(requests);
      for (int lookup : new int[] {1, 6}) {
        assertLookupChangesNothing(model, lookup, requests, plain);
      }
      int end = endWithinAPrediction(plain);
      List<int[]> ended = generator(model, LIMIT, end, 0).generate(requests);
      assertTrue(ended.stream().anyMatch(ids -> ids.length < LIMIT), "some have to end");
      assertSame(ended, generator(model, LIMIT, end, 6).generate(requests));
      List<int[]> shorter = generator(model, 61, NO_END, 6).generate(requests);
      assertSame(plain.stream().map(ids -> Arrays.copyOf(ids, 61)).toList(), shorter);
    }
  }

  private static void assertLookupChangesNothing(
      DecodingModel model, int lookup, List<Generator.Request> requests, List<int[]> plain) {
    Generator generator = generator(model, LIMIT, NO_END, lookup);
    assertSame(plain, generator.generate(requests));
    DraftCounts counts = generator.counts();
    assertTrue(counts.accepted() > 0, "some proposals have to be right: " + counts);
    assertTrue(counts.accepted() < counts.drafted(), "and some wrong: " + counts);
  }

  /** Two batches of different lengths. */
  private static List<Generator.Request> requests(String family) {
    List<JsonNode> corpus = Fixtures.lines(family, "corpus.jsonl");
    try (TokenCodec codec = Codecs.open(Fixtures.path(family, "model"))) {
      return IntStream.range(0, 9)
          .mapToObj(
              i -> new Generator.Request(i, codec.encodePrompt(corpus.get(i).get("q").asText())))
          .toList();
    }
  }

  /** A token that comes late in some prediction. */
  private static int endWithinAPrediction(List<int[]> predictions) {
    for (int index = 40; index < LIMIT; index++) {
      for (int[] prediction : predictions) {
        int id = prediction[index];
        if (Arrays.stream(prediction).limit(index).noneMatch(before -> before == id)) {
          return id;
        }
      }
    }
    return predictions.get(0)[20];
  }

  private static Generator generator(DecodingModel model, int limit, int end, int lookup) {
    return Generators.endingAt(model, new GenerationSettings(limit, 0, 1, 42, 5, lookup), end);
  }

  private static void assertSame(List<int[]> expected, List<int[]> actual) {
    assertEquals(
        expected.stream().map(Arrays::toString).toList(),
        actual.stream().map(Arrays::toString).toList());
  }
}
