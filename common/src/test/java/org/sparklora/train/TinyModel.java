package org.sparklora.train;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.evaluation.Score;
import org.sparklora.lora.TrainableModel;
import org.sparklora.model.PackedBatch;
import org.sparklora.weights.TensorValue;

/**
 * A fake for tests, small enough to be exact: the logit of id v after id p is (B·A)[v, p], A frozen
 * at random and B trained, with the real cross-entropy and its gradient, dropout by (step, slot,
 * position), fp32 values and AdamW in float arithmetic.
 */
final class TinyModel implements TrainableModel {
  static final int VOCABULARY = 24;
  static final int RANK = 4;

  private static final String MODULE = "model.layers.0.self_attn.q_proj";

  private final float[][] a = new float[RANK][VOCABULARY];
  private final Map<Values, float[]> rows = new EnumMap<>(Values.class);
  private final double dropout;
  private final double largest;
  private double loss;
  private boolean closed;

  /** Gradients whose scale times value passes {@code largest} overflow, as in fp16. */
  TinyModel(double dropout, double largest) {
    this.dropout = dropout;
    this.largest = largest;
    for (Values v : Values.values()) {
      rows.put(v, new float[VOCABULARY * RANK]);
    }
    Random random = new Random(11);
    for (float[] row : a) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
  }

  TinyModel() {
    this(0, Double.POSITIVE_INFINITY);
  }

  @Override
  public int size() {
    return VOCABULARY * RANK;
  }

  @Override
  public void clearGradient() {
    loss = 0;
    Arrays.fill(rows.get(Values.GRADIENT), 0);
  }

  @Override
  public void accumulate(PackedBatch batch, double scale, long step) {
    double total = 0;
    for (int row = 0; row < batch.rows(); row++) {
      int start = batch.rowStarts()[row];
      for (int at = start; at < batch.rowStarts()[row + 1]; at++) {
        if (batch.labels()[at] != PackedBatch.IGNORED) {
          long mask = step * 1_000_003 + batch.rowPositions()[row] * 1009L + (at + 1 - start);
          total += token(batch.ids()[at], batch.labels()[at], scale, new Random(mask));
        }
      }
    }
    loss += total;
  }

  @Override
  public boolean recomputeFromNow() {
    return false;
  }

  @Override
  public double loss() {
    return loss;
  }

  private double token(int previous, int label, double scale, Random masks) {
    if (label == PlantedRows.POISON) {
      rows.get(Values.GRADIENT)[0] = Float.NaN;
      return Double.NaN;
    }
    float[] hidden = new float[RANK];
    for (int r = 0; r < RANK; r++) {
      boolean kept = masks.nextDouble() >= dropout;
      hidden[r] = kept ? (float) (a[r][previous] / (1 - dropout)) : 0;
    }
    float[] b = rows.get(Values.PARAMETERS);
    double[] logits = new double[VOCABULARY];
    double sum = 0;
    for (int v = 0; v < VOCABULARY; v++) {
      for (int r = 0; r < RANK; r++) {
        logits[v] += b[v * RANK + r] * (double) hidden[r];
      }
      sum += Math.exp(logits[v]);
    }
    float[] gradient = rows.get(Values.GRADIENT);
    for (int v = 0; v < VOCABULARY; v++) {
      double error = Math.exp(logits[v]) / sum - (v == label ? 1 : 0);
      for (int r = 0; r < RANK; r++) {
        double part = scale * error * hidden[r];
        gradient[v * RANK + r] += (float) (Math.abs(part) > largest ? part / 0 : part);
      }
    }
    return Math.log(sum) - logits[label];
  }

  @Override
  public Score score(PackedBatch batch) {
    Score score = Score.NOTHING;
    for (int at = 0; at < batch.tokens(); at++) {
      if (batch.labels()[at] != PackedBatch.IGNORED) {
        score = score.plus(scored(batch.ids()[at], batch.labels()[at]));
      }
    }
    return score;
  }

  private Score scored(int previous, int label) {
    float[] b = rows.get(Values.PARAMETERS);
    double[] logits = new double[VOCABULARY];
    double sum = 0;
    int likeliest = 0;
    for (int v = 0; v < VOCABULARY; v++) {
      for (int r = 0; r < RANK; r++) {
        logits[v] += b[v * RANK + r] * (double) a[r][previous];
      }
      sum += Math.exp(logits[v]);
      likeliest = logits[v] > logits[likeliest] ? v : likeliest;
    }
    double nll = label == PlantedRows.POISON ? Double.NaN : Math.log(sum) - logits[label];
    return new Score(nll, 1, likeliest == label ? 1 : 0);
  }

  @Override
  public void read(Values which, int from, FloatBuffer into) {
    into.put(rows.get(which), from, into.remaining());
  }

  @Override
  public void write(Values which, FloatBuffer from) {
    from.get(rows.get(which));
  }

  @Override
  public void update(AdamStep step) {
    float[] p = rows.get(Values.PARAMETERS);
    float[] g = rows.get(Values.GRADIENT);
    float[] m = rows.get(Values.FIRST_MOMENT);
    float[] v = rows.get(Values.SECOND_MOMENT);
    double c1 = 1 - Math.pow(AdamStep.BETA1, (double) step.number());
    double c2 = 1 - Math.pow(AdamStep.BETA2, (double) step.number());
    for (int i = 0; i < p.length; i++) {
      g[i] *= (float) step.gradientFactor();
      m[i] += (float) ((g[i] - m[i]) * (1 - AdamStep.BETA1));
      v[i] = (float) (v[i] * AdamStep.BETA2 + (1 - AdamStep.BETA2) * g[i] * g[i]);
      double decayed = p[i] * (1 - step.learningRate() * step.weightDecay());
      p[i] =
          (float)
              (decayed
                  - step.learningRate() * (m[i] / c1) / (Math.sqrt(v[i] / c2) + AdamStep.EPSILON));
    }
  }

  @Override
  public Adapter adapter(String baseName) {
    AdapterConfig config = new AdapterConfig(RANK, 32, 0.1, List.of("q_proj"), false, baseName);
    float[] flat = new float[RANK * VOCABULARY];
    for (int r = 0; r < RANK; r++) {
      System.arraycopy(a[r], 0, flat, r * VOCABULARY, VOCABULARY);
    }
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    tensors.put(Adapter.tensorName(MODULE, "A"), TensorValue.of(flat, RANK, VOCABULARY));
    tensors.put(
        Adapter.tensorName(MODULE, "B"),
        TensorValue.of(rows.get(Values.PARAMETERS), VOCABULARY, RANK));
    return new Adapter(config, tensors);
  }

  @Override
  public void load(Adapter adapter) {
    rows.put(Values.PARAMETERS, adapter.b(MODULE).floats());
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }
}
