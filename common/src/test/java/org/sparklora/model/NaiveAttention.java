package org.sparklora.model;

/**
 * Causal attention of one row with a window, position by position in doubles, and its gradients, to
 * compare kernels with. Values are (tokens, heads, size) one after the other.
 */
final class NaiveAttention {
  private final int tokens;
  private final int heads;
  private final int groups;
  private final int size;
  private final int window;
  private final double scale;
  private final float[] q;
  private final float[] k;
  private final float[] v;
  final double[] out;
  final double[] dq;
  final double[] dk;
  final double[] dv;

  /** {@code grad} is the gradient by the output. */
  NaiveAttention(int[] shape, int window, double scale, float[][] qkv, float[] grad) {
    this.tokens = shape[0];
    this.heads = shape[1];
    this.groups = shape[2];
    this.size = shape[3];
    this.window = window;
    this.scale = scale;
    this.q = qkv[0];
    this.k = qkv[1];
    this.v = qkv[2];
    this.out = new double[q.length];
    this.dq = new double[q.length];
    this.dk = new double[k.length];
    this.dv = new double[v.length];
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < tokens; i++) {
        query(i, head, grad);
      }
    }
  }

  private void query(int i, int head, float[] grad) {
    int first = Math.max(0, i - window + 1);
    double[] p = probabilities(i, first, head);
    int at = (i * heads + head) * size;
    double expected = 0;
    double[] slope = new double[p.length];
    for (int j = first; j <= i; j++) {
      int key = key(j, head);
      for (int c = 0; c < size; c++) {
        out[at + c] += p[j - first] * v[key + c];
        dv[key + c] += p[j - first] * grad[at + c];
        slope[j - first] += (double) grad[at + c] * v[key + c];
      }
      expected += p[j - first] * slope[j - first];
    }
    for (int j = first; j <= i; j++) {
      int key = key(j, head);
      double score = p[j - first] * (slope[j - first] - expected) * scale;
      for (int c = 0; c < size; c++) {
        dq[at + c] += score * k[key + c];
        dk[key + c] += score * q[at + c];
      }
    }
  }

  private double[] probabilities(int i, int first, int head) {
    double[] p = new double[i - first + 1];
    double sum = 0;
    for (int j = first; j <= i; j++) {
      double score = 0;
      for (int c = 0; c < size; c++) {
        score += (double) q[(i * heads + head) * size + c] * k[key(j, head) + c];
      }
      p[j - first] = Math.exp(score * scale);
      sum += p[j - first];
    }
    for (int j = 0; j < p.length; j++) {
      p[j] /= sum;
    }
    return p;
  }

  private int key(int j, int head) {
    return (j * groups + head / (heads / groups)) * size;
  }
}
