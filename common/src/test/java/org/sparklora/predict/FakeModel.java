package org.sparklora.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A model whose logits are a function of the row's ids alone: batches cannot matter unless the
 * caller mixes rows up.
 */
final class FakeModel implements DecodingModel {
  static final int VOCABULARY = 50;

  final List<Integer> batchSizes = new ArrayList<>();
  private final int contextLength;
  private int open;

  FakeModel(int contextLength) {
    this.contextLength = contextLength;
  }

  boolean allClosed() {
    return open == 0;
  }

  /** The logits that follow {@code ids}. */
  static float[] logits(List<Integer> ids) {
    Random random = new Random(ids.hashCode());
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) random.nextGaussian() * 2;
    }
    return logits;
  }

  @Override
  public void beThisThreads() {}

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public Decoding begin(int[][] prompts, int maxNewTokens) {
    open++;
    batchSizes.add(prompts.length);
    return new Batch(prompts);
  }

  @Override
  public DecodingModel another() {
    return this;
  }

  @Override
  public void close() {}

  private final class Batch implements Decoding {
    private List<List<Integer>> rows = new ArrayList<>();

    Batch(int[][] prompts) {
      for (int[] prompt : prompts) {
        rows.add(new ArrayList<>(Arrays.stream(prompt).boxed().toList()));
      }
    }

    @Override
    public int[] likeliest() {
      return rows.stream().mapToInt(ids -> likeliest(FakeModel.logits(ids))).toArray();
    }

    private static int likeliest(float[] logits) {
      int best = 0;
      for (int i = 1; i < logits.length; i++) {
        best = logits[i] > logits[best] ? i : best;
      }
      return best;
    }

    @Override
    public float[] logits() {
      float[] all = new float[rows.size() * VOCABULARY];
      for (int i = 0; i < rows.size(); i++) {
        System.arraycopy(FakeModel.logits(rows.get(i)), 0, all, i * VOCABULARY, VOCABULARY);
      }
      return all;
    }

    @Override
    public void advance(int[] tokens) {
      for (int i = 0; i < tokens.length; i++) {
        rows.get(i).add(tokens[i]);
      }
    }

    @Override
    public void keep(int[] kept) {
      rows = new ArrayList<>(Arrays.stream(kept).mapToObj(rows::get).toList());
    }

    @Override
    public void close() {
      open--;
    }
  }
}
