package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.generation.GenerationSettings;

class TestGenerator {
  private static final int EOS = 3;
  private static final int LIMIT = 40;
  private static final int NO_END = -1;

  @Test
  void greedyFollowsTheLikeliestTokenUntilEndOrLimit() {
    List<Generator.Request> requests = requests(60);
    List<int[]> predictions = generate(requests, 0, 8);
    boolean ended = false;
    boolean limited = false;
    for (int i = 0; i < requests.size(); i++) {
      assertArrayEquals(byHand(new FakeModel(1000), requests.get(i).prompt()), predictions.get(i));
      int[] prediction = predictions.get(i);
      ended |= prediction[prediction.length - 1] == EOS;
      limited |= prediction.length == LIMIT;
    }
    assertTrue(ended && limited, "the fake model has to show both ends");
  }

  @Test
  void lookupChangesNoGreedyAnswer() {
    List<Generator.Request> requests = requests(60);
    boolean ended = false;
    boolean limited = false;
    for (int lookup : new int[] {1, 3, 12}) {
      FakeModel model = FakeModel.looping(1000);
      Generator generator = Generators.endingAt(model, settings(0, 8, lookup), EOS);
      List<int[]> predictions = generator.generate(requests);
      for (int i = 0; i < requests.size(); i++) {
        int[] prediction = predictions.get(i);
        assertArrayEquals(byHand(model, requests.get(i).prompt()), prediction);
        ended |= prediction[prediction.length - 1] == EOS;
        limited |= prediction.length == LIMIT;
      }
      DraftCounts counts = generator.counts();
      assertTrue(counts.accepted() > 0 && counts.accepted() < counts.drafted(), counts.toString());
      assertEquals(
          predictions.stream().mapToInt(ids -> ids.length).sum(),
          counts.steps() + counts.accepted());
    }
    assertTrue(ended && limited, "the fake model has to show both ends");
  }

  @Test
  void everyLimitCutsAcceptedTokensWhereItShould() {
    FakeModel model = FakeModel.looping(1000);
    Generator.Request request =
        requests(60).stream()
            .filter(r -> byHand(model, r.prompt()).length == LIMIT)
            .findFirst()
            .orElseThrow();
    int[] whole = byHand(model, request.prompt());
    int stepsSaved = 0;
    for (int limit = 1; limit <= LIMIT; limit++) {
      GenerationSettings settings = new GenerationSettings(limit, 0, 1, 42, 1, 8);
      Generator generator = Generators.endingAt(model, settings, EOS);
      assertArrayEquals(Arrays.copyOf(whole, limit), generator.generate(List.of(request)).get(0));
      stepsSaved += (int) generator.counts().accepted();
    }
    assertTrue(stepsSaved > 0, "this row has to repeat itself");
  }

  @Test
  void withoutLookupEachStepIsOneTokenOfEachRow() {
    FakeModel model = FakeModel.looping(1000);
    Generators.endingAt(model, settings(0, 8, 0), NO_END).generate(requests(8));
    assertEquals(Collections.nCopies(LIMIT - 1, 8), model.stepSizes);
  }

  @Test
  void samplesAreNotLookedUp() {
    FakeModel model = FakeModel.looping(1000);
    Generator generator = Generators.endingAt(model, settings(0.9, 8, 4), NO_END);
    generator.generate(requests(8));
    assertEquals(0, generator.counts().drafted());
    assertEquals(Collections.nCopies(LIMIT - 1, 8), model.stepSizes);
  }

  @Test
  void samplesDoNotDependOnBatches() {
    List<Generator.Request> requests = requests(60);
    List<int[]> alone = generate(requests, 0.9, 1);
    for (int batchSize : new int[] {2, 7, 64}) {
      assertSame(alone, generate(requests, 0.9, batchSize));
    }
  }

  @Test
  void samplesDoNotDependOnTheOrderOfRows() {
    List<Generator.Request> requests = requests(60);
    List<int[]> predictions = generate(requests, 0.9, 8);
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, 60).boxed().toList());
    Collections.shuffle(shuffled, new Random(4));
    List<int[]> again = generate(shuffled.stream().map(requests::get).toList(), 0.9, 8);
    for (int i = 0; i < 60; i++) {
      assertArrayEquals(predictions.get(shuffled.get(i)), again.get(i));
    }
  }

  @Test
  void promptsTakeThePlacesOfRowsThatEnded() {
    FakeModel model = new FakeModel(1000);
    Generators.endingAt(model, settings(0, 16, 4), EOS).generate(requests(40));
    assertEquals(16, model.joined.get(0));
    assertEquals(40, model.joined.stream().mapToInt(i -> i).sum());
    assertTrue(model.joined.stream().skip(1).allMatch(count -> count <= 16));
    assertTrue(model.joined.size() > 3, "rows end at different times: " + model.joined);
    assertTrue(model.allClosed());
  }

  @Test
  void noRowsNoAnswers() {
    assertEquals(List.of(), generate(List.of(), 0, 4));
  }

  private static void assertSame(List<int[]> expected, List<int[]> actual) {
    assertEquals(
        expected.stream().map(Arrays::toString).toList(),
        actual.stream().map(Arrays::toString).toList());
  }

  private static int[] byHand(FakeModel model, int[] prompt) {
    List<Integer> ids = new ArrayList<>(Arrays.stream(prompt).boxed().toList());
    int next = -1;
    while (next != EOS && ids.size() < prompt.length + LIMIT) {
      float[] logits = model.logits(ids);
      next =
          IntStream.range(0, logits.length)
              .reduce((a, b) -> logits[b] > logits[a] ? b : a)
              .getAsInt();
      ids.add(next);
    }
    return ids.stream().skip(prompt.length).mapToInt(i -> i).toArray();
  }

  private static List<int[]> generate(
      List<Generator.Request> requests, double temperature, int batchSize) {
    return Generators.endingAt(new FakeModel(1000), settings(temperature, batchSize, 4), EOS)
        .generate(requests);
  }

  private static GenerationSettings settings(double temperature, int batchSize, int lookup) {
    double topP = temperature == 0 ? 1 : 0.9;
    return new GenerationSettings(LIMIT, temperature, topP, 42, batchSize, lookup);
  }

  private static List<Generator.Request> requests(int count) {
    Random random = new Random(9);
    return IntStream.range(0, count)
        .mapToObj(
            row ->
                new Generator.Request(
                    row + 1000L,
                    random.ints(1 + random.nextInt(20), 0, FakeModel.VOCABULARY).toArray()))
        .toList();
  }
}
