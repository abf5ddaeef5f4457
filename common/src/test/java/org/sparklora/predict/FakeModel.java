package org.sparklora.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.sparklora.model.Decoding;

/**
 * A model whose logits are a function of the row's ids alone: batches cannot matter unless the
 * caller mixes rows up. A looping one looks at the last four ids and likes few tokens best, so that
 * its greedy answers repeat themselves.
 */
final class FakeModel implements DecodingModel {
  static final int VOCABULARY = 50;

  private static final int LOOPING_MEMORY = 4;
  private static final int LIKED = 5;

  final List<Integer> joined = new ArrayList<>();
  final List<Integer> stepSizes = new ArrayList<>();
  private final int contextLength;
  private final boolean looping;
  private int open;

  FakeModel(int contextLength) {
    this(contextLength, false);
  }

  private FakeModel(int contextLength, boolean looping) {
    this.contextLength = contextLength;
    this.looping = looping;
  }

  static FakeModel looping(int contextLength) {
    return new FakeModel(contextLength, true);
  }

  boolean allClosed() {
    return open == 0;
  }

  /** The logits that follow {@code ids}. */
  float[] logits(List<Integer> ids) {
    int from = looping ? Math.max(0, ids.size() - LOOPING_MEMORY) : 0;
    Random random = new Random(ids.subList(from, ids.size()).hashCode());
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) random.nextGaussian() * 2 + (looping && i < LIKED ? 100 - i : 0);
    }
    return logits;
  }

  @Override
  public void bindToThread() {}

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public Decoding begin(int mostRows) {
    open++;
    return new Batch(mostRows);
  }

  @Override
  public DecodingModel forAnotherThread() {
    return this;
  }

  @Override
  public void close() {}

  private final class Batch implements Decoding {
    private List<List<Integer>> rows = new ArrayList<>();
    private int[] appended = {};
    private final int mostRows;

    Batch(int mostRows) {
      this.mostRows = mostRows;
    }

    @Override
    public void join(int[][] prompts, float[][] shares) {
      appended = new int[rows.size() + prompts.length];
      Arrays.fill(appended, rows.size(), appended.length, 1);
      for (int[] prompt : prompts) {
        rows.add(new ArrayList<>(Arrays.stream(prompt).boxed().toList()));
      }
      joined.add(prompts.length);
      if (rows.size() > mostRows) {
        throw new IllegalStateException(rows.size() + " rows, not at most " + mostRows);
      }
    }

    @Override
    public int[] likeliest() {
      return behind().stream().mapToInt(ids -> likeliest(FakeModel.this.logits(ids))).toArray();
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
      List<List<Integer>> behind = behind();
      float[] all = new float[behind.size() * VOCABULARY];
      for (int i = 0; i < behind.size(); i++) {
        System.arraycopy(FakeModel.this.logits(behind.get(i)), 0, all, i * VOCABULARY, VOCABULARY);
      }
      return all;
    }

    @Override
    public void advance(int[][] tokens) {
      for (int i = 0; i < tokens.length; i++) {
        rows.get(i).addAll(Arrays.stream(tokens[i]).boxed().toList());
      }
      stepSizes.add(Arrays.stream(tokens).mapToInt(own -> own.length).sum());
      appended = Arrays.stream(tokens).mapToInt(own -> own.length).toArray();
    }

    @Override
    public void keep(int[] kept, int[] tokens) {
      List<List<Integer>> rest = new ArrayList<>();
      for (int i = 0; i < kept.length; i++) {
        if (kept[i] < i) {
          throw new IllegalStateException("row " + kept[i] + " moves back");
        }
        List<Integer> ids = rows.get(kept[i]);
        rest.add(new ArrayList<>(ids.subList(0, ids.size() - appended[kept[i]] + tokens[i])));
      }
      rows = rest;
      appended = Arrays.stream(tokens).map(count -> Math.min(count, 1)).toArray();
    }

    @Override
    public boolean rewinds() {
      return true;
    }

    @Override
    public boolean rewind(int tokens) {
      rows = new ArrayList<>(List.of(new ArrayList<>(rows.get(0).subList(0, tokens))));
      appended = new int[1];
      return true;
    }

    /** What stands before each token that the last step made logits for. */
    private List<List<Integer>> behind() {
      List<List<Integer>> all = new ArrayList<>();
      for (int i = 0; i < appended.length; i++) {
        List<Integer> ids = rows.get(i);
        for (int cut = appended[i] - 1; cut >= 0; cut--) {
          all.add(ids.subList(0, ids.size() - cut));
        }
      }
      return all;
    }

    @Override
    public void close() {
      open--;
    }
  }
}
