package org.sparklora.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestSampler {
  /** Probabilities 0.5, 0.25, 0.15, 0.1 at temperature 1. */
  private static final float[] LOGITS = {log(0.15), log(0.5), log(0.1), log(0.25)};

  @Test
  void drawsAsOftenAsTheSoftmaxSays() {
    Sampler sampler = sampler(1, 1);
    int draws = 40_000;
    int[] counts = new int[4];
    for (int row = 0; row < draws; row++) {
      counts[choose(sampler, LOGITS, row, 3)]++;
    }
    double[] expected = {0.15, 0.5, 0.1, 0.25};
    for (int id = 0; id < 4; id++) {
      assertEquals(expected[id], counts[id] / (double) draws, 0.01);
    }
  }

  @Test
  void temperatureSharpens() {
    Sampler cold = sampler(0.5, 1);
    long first = IntStream.range(0, 20_000).filter(p -> choose(cold, LOGITS, 5, p) == 1).count();
    // 0.5² / (0.5² + 0.25² + 0.15² + 0.1²)
    assertEquals(0.7246, first / 20_000.0, 0.01);
  }

  @Test
  void topPKeepsTheSmallestSetThatReachesIt() {
    assertEquals(Set.of(1), drawn(0.5));
    assertEquals(Set.of(1, 3), drawn(0.51));
    assertEquals(Set.of(1, 3, 0), drawn(0.8));
    assertEquals(Set.of(1, 3, 0, 2), drawn(0.95));
  }

  @Test
  void aDrawIsAFunctionOfSeedRowAndPosition() {
    float[] flat = new float[1000];
    Sampler sampler = sampler(1, 1);
    int drawn = choose(sampler, flat, 7, 2);
    assertEquals(drawn, choose(sampler(1, 1), flat, 7, 2));
    assertNotEquals(drawn, choose(sampler, flat, 8, 2));
    assertNotEquals(drawn, choose(sampler, flat, 7, 3));
    Sampler seeded = new Sampler(new Sampling(1, 0, 1, 43));
    assertNotEquals(drawn, choose(seeded, flat, 7, 2));
  }

  @Test
  void readsItsRowInsideABatch() {
    float[] batch = new float[8];
    System.arraycopy(LOGITS, 0, batch, 4, 4);
    Sampler sampler = sampler(1, 0.9);
    for (int p = 0; p < 100; p++) {
      int inside = sampler.choose(new Logits(batch, 4, 4), new NextToken(1, new int[0], p));
      assertEquals(choose(sampler, LOGITS, 1, p), inside);
    }
  }

  @Test
  void uniformNumbersFillTheUnitInterval() {
    int[] tenths = new int[10];
    for (int row = 0; row < 1000; row++) {
      for (int position = 0; position < 100; position++) {
        tenths[(int) (10 * CounterRandom.uniform(1, row, position))]++;
      }
    }
    for (int count : tenths) {
      assertTrue(Math.abs(count - 10_000) < 400, "count " + count);
    }
  }

  @Test
  void refusesLogitsThatAreNoNumbers() {
    float[] broken = {1, Float.NaN};
    Failure failure = assertThrows(Failure.class, () -> choose(sampler(1, 1), broken, 11, 4));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot predict, the model's logits are not finite: row 11, new token 4 (expected numbers). Try --base_dtype fp32 or check the weights.",
        failure.getMessage());
  }

  private static Set<Integer> drawn(double topP) {
    Sampler sampler = sampler(1, topP);
    return IntStream.range(0, 2000)
        .mapToObj(p -> choose(sampler, LOGITS, 0, p))
        .collect(Collectors.toSet());
  }

  private static Sampler sampler(double temperature, double topP) {
    return new Sampler(new Sampling(temperature, 0, topP, 42));
  }

  private static int choose(Sampler sampler, float[] logits, long row, int position) {
    NextToken next = new NextToken(row, new int[0], position);
    return sampler.choose(new Logits(logits, 0, logits.length), next);
  }

  private static float log(double probability) {
    return (float) Math.log(probability);
  }
}
