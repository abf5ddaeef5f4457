package org.sparklora.generation;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Draws the next token of a row from its logits by temperature, then top-k, then top-p.
 *
 * <p>The draw is a pure function of (seed, row, position) and the logits: batches, partitions and
 * retries do not change it.
 */
final class Sampler {
  private final Sampling sampling;

  Sampler(Sampling sampling) {
    this.sampling = sampling;
  }

  /**
   * What is drawn from.
   *
   * @param ids in the order in which a draw passes them
   * @param weights of all tokens, by id
   * @param sum of the weights of {@code ids}
   */
  record Candidates(int[] ids, double[] weights, double sum) {
    private int at(double draw) {
      double reached = 0;
      for (int id : ids) {
        reached += weights[id];
        if (reached > draw * sum) {
          return id;
        }
      }
      return ids[ids.length - 1];
    }
  }

  int choose(Logits logits, NextToken next) {
    double draw = CounterRandom.uniform(sampling.seed(), next.row(), next.position());
    return candidates(logits, next).at(draw);
  }

  Candidates candidates(Logits logits, NextToken next) {
    double[] weights = weights(logits);
    double sum = Arrays.stream(weights).sum();
    if (!(sum > 0 && Double.isFinite(sum))) {
      throw TokenChooser.notFinite(next);
    }
    return sampling.topP() < 1 ? nucleus(weights, sum) : all(weights, sum);
  }

  /** exp((logit - max) / temperature); 0 for what top-k leaves out. */
  private double[] weights(Logits logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.size(); id++) {
      max = Math.max(max, logits.of(id));
    }
    float least = least(logits);
    double[] weights = new double[logits.size()];
    for (int id = 0; id < weights.length; id++) {
      float logit = logits.of(id);
      weights[id] = logit < least ? 0 : Math.exp((logit - max) / sampling.temperature());
    }
    return weights;
  }

  /** The k-th largest logit; its equals stay, too. */
  private float least(Logits logits) {
    int most = sampling.topK();
    if (most == 0 || most >= logits.size()) {
      return Float.NEGATIVE_INFINITY;
    }
    PriorityQueue<Float> largest = new PriorityQueue<>(most + 1);
    for (int id = 0; id < logits.size(); id++) {
      if (largest.size() < most || logits.of(id) > largest.peek()) {
        largest.add(logits.of(id));
      }
      if (largest.size() > most) {
        largest.poll();
      }
    }
    return largest.peek();
  }

  private static Candidates all(double[] weights, double sum) {
    int[] ids = IntStream.range(0, weights.length).filter(id -> weights[id] > 0).toArray();
    return new Candidates(ids, weights, sum);
  }

  /** The likeliest tokens that together reach top-p, the one that crosses it included. */
  private Candidates nucleus(double[] weights, double sum) {
    int[] byWeight = byFallingWeight(weights, sum);
    int size = 0;
    double nucleus = 0;
    while (size < byWeight.length && nucleus < sampling.topP() * sum) {
      nucleus += weights[byWeight[size++]];
    }
    return new Candidates(Arrays.copyOf(byWeight, size), weights, nucleus);
  }

  /**
   * Tokens by falling weight, equal ones by id. Tokens below (1 - topP) / size of the sum are left
   * out: all of them together cannot reach into the nucleus.
   */
  private int[] byFallingWeight(double[] weights, double sum) {
    double least = (1 - sampling.topP()) / weights.length * sum;
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
