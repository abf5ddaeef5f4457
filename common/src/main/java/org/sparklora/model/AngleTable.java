package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;

/**
 * Cosines and sines of the rotary angles of positions 0, 1, ...: grows with the longest row seen.
 */
final class AngleTable {
  private static final int SMALLEST = 512;

  private final List<Float> frequencies;
  private final NumberType type;
  private final NDManager owner;
  private NDArray cos;
  private NDArray sin;
  private NDArray minusSin;
  private int length;

  /** The tables belong to {@code owner}. */
  AngleTable(List<Float> frequencies, NumberType type, NDManager owner) {
    this.frequencies = frequencies;
    this.type = type;
    this.owner = owner;
  }

  /** Makes sure that the table has at least this many positions. */
  void reach(int positions, Kernels kernels) {
    if (positions <= length) {
      return;
    }
    if (length > 0) {
      cos.close();
      sin.close();
      minusSin.close();
    }
    length = Math.max(SMALLEST, Integer.highestOneBit(positions - 1) * 2);
    int pairs = frequencies.size();
    float[][] turn = new float[3][length * pairs];
    for (int i = 0; i < length * pairs; i++) {
      // The product is rounded to fp32, as the published models compute it.
      int position = i / pairs;
      double angle = position * frequencies.get(i % pairs);
      turn[0][i] = (float) Math.cos(angle);
      turn[1][i] = (float) Math.sin(angle);
      turn[2][i] = -turn[1][i];
    }
    cos = table(turn[0], kernels);
    sin = table(turn[1], kernels);
    minusSin = table(turn[2], kernels);
  }

  /** (positions, pairs) */
  NDArray cos() {
    return cos;
  }

  NDArray sin() {
    return sin;
  }

  NDArray minusSin() {
    return minusSin;
  }

  private NDArray table(float[] values, Kernels kernels) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray wide = scope.create(values, new Shape(length, frequencies.size()));
      return kernels.tensor(owner, "cast", wide, type.code());
    }
  }
}
