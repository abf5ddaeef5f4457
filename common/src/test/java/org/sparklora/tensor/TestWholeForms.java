package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The forms of kernels that GPUs run, few passes over whole tensors, against those of CPUs: both
 * are arithmetic that a CPU can do.
 */
class TestWholeForms {
  private static final int TOKENS = 37;
  private static final int HIDDEN = 96;

  private final Random random = new Random(3);
  private NDManager scope;
  private Kernels kernels;

  @BeforeEach
  void start() {
    TorchEngine.start(1);
    scope = TorchEngine.newManager(Device.cpu());
    kernels = Kernels.load(scope);
  }

  @AfterEach
  void close() {
    kernels.close();
    scope.close();
  }

  @ParameterizedTest
  @EnumSource(NumberType.class)
  void normsAndTheirGradientsAreTheSame(NumberType type) {
    norms(type, type);
    norms(type, NumberType.FP32); // Gemma's weights
  }

  private void norms(NumberType type, NumberType ofWeight) {
    NDArray x = values(type, TOKENS, HIDDEN);
    NDArray weight = values(ofWeight, HIDDEN);
    NDArray grad = values(type, TOKENS, HIDDEN);
    NDArray own = kernels.tensor(scope, "copied", grad);
    NDArray[] blocks = kernels.tensors(scope, "rms_norm", x, weight, 1e-3);
    NDArray[] whole = kernels.tensors(scope, "rms_norm_whole", x, weight, 1e-3);
    same(type, blocks[0], whole[0]);
    same(NumberType.FP32, blocks[1], whole[1]);
    if (type != NumberType.FP32) {
      return; // a CPU's layer norm has its sums in half precision, too
    }
    kernels.run("rms_norm_backward_", grad, x, blocks[1], weight);
    kernels.run("rms_norm_backward_whole_", own, x, blocks[1], weight);
    same(type, grad, own);
  }

  @ParameterizedTest
  @EnumSource(NumberType.class)
  void turnsAreTheSameInHalvesAndInPairs(NumberType type) {
    NDArray cos = values(type, TOKENS, 1, 8);
    NDArray sin = values(type, TOKENS, 1, 8);
    for (int dim : new int[] {2, 3}) {
      NDArray x = values(type, TOKENS, 3, 32);
      NDArray own = kernels.tensor(scope, "copied", x);
      kernels.run(dim == 2 ? "rotate_halves_" : "rotate_pairs_", x, cos, sin, 16);
      long[] inside = dim == 2 ? new long[] {96, 32, 8, 1} : new long[] {96, 32, 2, 1};
      long[] shape = dim == 2 ? new long[] {TOKENS, 3, 2, 8} : new long[] {TOKENS, 3, 8, 2};
      NDArray both = kernels.tensor(scope, "strided", own, shape, inside, 16);
      kernels.run("turn_whole_", both, cos, sin, dim);
      same(type, x, own);
    }
  }

  @ParameterizedTest
  @EnumSource(NumberType.class)
  void lossAndItsGradientAreTheSameAlsoWhereALabelIsVeryUnlikely(NumberType type) {
    float[] logits = random(11 * 50);
    logits[3] = -400; // a probability that fp32 cannot hold
    NDArray blocks = typed(type, logits, 11, 50);
    NDArray whole = kernels.tensor(scope, "copied", blocks);
    NDArray labels = scope.create(new long[] {3, 1, 2, 3, 4, 49, 0, 7, 7, 9, 10});
    NDArray sum = kernels.tensor(scope, "logits_gradient_", blocks, labels, 0.25);
    NDArray other = kernels.tensor(scope, "logits_gradient_whole_", whole, labels, 0.25);
    assertEquals(sum.toDoubleArray()[0], other.toDoubleArray()[0], 1e-4);
    same(type, blocks, whole);
  }

  @Test
  void promptsAreToldFromAnswers() {
    NDArray like = scope.create(1f);
    long[] starts = {0, 4, 5, 9, 11};
    long[] prefixes = {2, 1, 3, 0};
    NDArray inside = kernels.tensor(scope, "in_prefix", like, starts, prefixes);
    assertEquals(new Shape(11, 1, 1), inside.getShape());
    NDArray numbers = kernels.tensor(scope, "cast", inside, NumberType.FP32.code());
    assertArrayEquals(new float[] {1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0}, numbers.toFloatArray());
  }

  private NDArray values(NumberType type, long... shape) {
    return typed(type, random((int) new Shape(shape).size()), shape);
  }

  private NDArray typed(NumberType type, float[] values, long... shape) {
    return kernels.tensor(scope, "cast", scope.create(values, new Shape(shape)), type.code());
  }

  private float[] random(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Up to some roundings of the type. */
  private void same(NumberType type, NDArray expected, NDArray actual) {
    double tolerance =
        switch (type) {
          case FP32 -> 2e-5;
          case FP16 -> 3e-3;
          case BF16 -> 2e-2;
        };
    float[] were = wide(expected);
    float[] are = wide(actual);
    assertEquals(were.length, are.length);
    for (int i = 0; i < were.length; i++) {
      assertEquals(were[i], are[i], tolerance * Math.max(1, Math.abs(were[i])), "at " + i);
    }
  }

  private float[] wide(NDArray x) {
    return kernels.tensor(scope, "cast", x, NumberType.FP32.code()).toFloatArray();
  }
}
