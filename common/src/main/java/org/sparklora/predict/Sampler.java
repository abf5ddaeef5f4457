package org.sparklora.predict;

import java.util.Arrays;
import org.sparklora.Failure;

/**
 * Draws the next token of a row from its logits by temperature and top-p.
 *
 * <p>The draw is a pure function of (seed, row, position) and the logits: batches, partitions and
 * retries do not change it.
 */
final class Sampler {
  private final double temperature;
  private final double topP;
  private final long seed;

  Sampler(GenerationSettings settings) {
    this.temperature = settings.temperature();
    this.topP = settings.topP();
    this.seed = settings.seed();
  }

  /**
   * A token of {@code logits[from, from + size)}.
   *
   * @param row the row's dense index in the whole input
   * @param position of the new token in the answer, from 0
   */
  int choose(float[] logits, int from, int size, long row, int position) {
    double[] weights = weights(logits, from, size);
    double sum = Arrays.stream(weights).sum();
    if (!(sum > 0 && Double.isFinite(sum))) {
      throw Failure.input(
          "Cannot predict, the model's logits are not finite: row %d, new token %d (expected numbers). Try --base_dtype fp32 or check the weights."
              .formatted(row, position));
    }
    double draw = CounterRandom.uniform(seed, row, position);
    return topP < 1 ? drawOfNucleus(weights, sum, draw) : drawOfAll(weights, sum * draw);
  }

  /** exp((logit - max) / temperature). */
  private double[] weights(float[] logits, int from, int size) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + size; i++) {
      max = Math.max(max, logits[i]);
    }
    double[] weights = new double[size];
    for (int i = 0; i < size; i++) {
      weights[i] = Math.exp((logits[from + i] - max) / temperature);
    }
    return weights;
  }

  private static int drawOfAll(double[] weights, double target) {
    double reached = 0;
    int last = 0;
    for (int id = 0; id < weights.length; id++) {
      if (weights[id] > 0) {
        reached += weights[id];
        last = id;
        if (reached > target) {
          return id;
        }
      }
    }
    return last;
  }

  /** The likeliest tokens that together reach top-p, the one that crosses it included. */
  private int drawOfNucleus(double[] weights, double sum, double draw) {
    int[] byWeight = candidates(weights, sum);
    int size = 0;
    double nucleus = 0;
    while (size < byWeight.length && nucleus < topP * sum) {
      nucleus += weights[byWeight[size++]];
    }
    double reached = 0;
    for (int i = 0; i < size; i++) {
      reached += weights[byWeight[i]];
      if (reached > draw * nucleus) {
        return byWeight[i];
      }
    }
    return byWeight[size - 1];
  }

  /**
   * Tokens by falling weight, equal ones by id. Tokens below (1 - topP) / size of the sum are left
   * out: all of them together cannot reach into the nucleus.
   */
  private int[] candidates(double[] weights, double sum) {
    double least = (1 - topP) / weights.length * sum;
    long[] keys = new long[weights.length];
    int count = 0;
    for (int id = 0; id < weights.length; id++) {
      if (weights[id] >= least) {
        keys[count++] = ((long) ~Float.floatToIntBits((float) weights[id]) << 32) | id;
      }
    }
    Arrays.sort(keys, 0, count);
    return Arrays.stream(keys, 0, count).mapToInt(key -> (int) key).toArray();
  }
}
