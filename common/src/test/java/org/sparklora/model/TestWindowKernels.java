package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/** Attention with a window, forward and backward, against the formula, position by position. */
class TestWindowKernels {
  private static final int HEADS = 4;
  private static final int GROUPS = 2;
  private static final int SIZE = 8;
  private static final double SCALE = 0.3;

  /** Two rows in one batch; windows of one token, of parts of blocks, and wider than a row. */
  @ParameterizedTest
  @CsvSource({
    "1, 70, 33",
    "16, 100, 1",
    "31, 200, 64",
    "64, 129, 200",
    "65, 66, 65",
    "100, 333, 40",
    "130, 400, 7",
    "500, 90, 30"
  })
  void outputAndGradientsAreThoseOfTheFormula(int window, int first, int second) {
    check(window, first, second, NumberType.FP32, 1e-5);
  }

  /** Relative to the largest value, or 1; bf16 rounds at 0.004. */
  @ParameterizedTest
  @CsvSource({"16, 100, 1", "100, 333, 40"})
  void bf16StaysNear(int window, int first, int second) {
    check(window, first, second, NumberType.BF16, 0.03);
  }

  private static void check(int window, int first, int second, NumberType type, double tolerance) {
    TorchEngine.start(1);
    int tokens = first + second;
    Random random = new Random(7);
    float[][] values = {
      random(tokens * HEADS * SIZE, random),
      random(tokens * GROUPS * SIZE, random),
      random(tokens * GROUPS * SIZE, random),
      random(tokens * HEADS * SIZE, random)
    };
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(scope)) {
      NDArray[] given = new NDArray[4];
      NDArray[] grads = new NDArray[3];
      for (int i = 0; i < 4; i++) {
        int heads = i == 0 || i == 3 ? HEADS : GROUPS;
        NDArray wide = scope.create(values[i], new Shape(tokens, heads, SIZE));
        given[i] = kernels.tensor(scope, "cast", wide, type.code());
        if (i < 3) {
          grads[i] = kernels.tensor(scope, "empty_like", given[i]);
        }
      }
      long[] starts = {0, first, tokens};
      NDArray[] out =
          kernels.tensors(
              scope, "attend_window", given[0], given[1], given[2], starts, window, SCALE);
      kernels.run(
          "attend_window_backward_",
          given[3],
          given[0],
          given[1],
          given[2],
          out,
          starts,
          window,
          SCALE,
          grads[0],
          grads[1],
          grads[2]);
      NDArray[] results = {out[0], grads[0], grads[1], grads[2]};
      for (int i = 0; i < 4; i++) {
        NDArray wide = kernels.tensor(scope, "cast", results[i], NumberType.FP32.code());
        compare(
            i,
            wide.toFloatArray(),
            expected(values, window, new int[] {first, second}, i),
            tolerance);
      }
    }
  }

  private static void compare(int which, float[] actual, double[] expected, double tolerance) {
    double largest = Arrays.stream(expected).map(Math::abs).reduce(1, Math::max);
    for (int i = 0; i < expected.length; i++) {
      double off = Math.abs(actual[i] - expected[i]) / largest;
      assertTrue(off <= tolerance, "tensor " + which + ", value " + i + " is off by " + off);
    }
  }

  /** Output, then the gradients by q, k and v, of the rows one after the other. */
  private static double[] expected(float[][] values, int window, int[] lengths, int which) {
    double[] all = new double[0];
    int start = 0;
    for (int length : lengths) {
      float[][] row = new float[4][];
      for (int i = 0; i < 4; i++) {
        int width = SIZE * (i == 0 || i == 3 ? HEADS : GROUPS);
        row[i] = Arrays.copyOfRange(values[i], start * width, (start + length) * width);
      }
      int[] shape = {length, HEADS, GROUPS, SIZE};
      NaiveAttention naive = new NaiveAttention(shape, window, SCALE, row, row[3]);
      double[] part = new double[][] {naive.out, naive.dq, naive.dk, naive.dv}[which];
      double[] longer = Arrays.copyOf(all, all.length + part.length);
      System.arraycopy(part, 0, longer, all.length, part.length);
      all = longer;
      start += length;
    }
    return all;
  }

  private static float[] random(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
