package org.sparklora.check;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import org.sparklora.Failure;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/** Products and copies on a device, compared with what the processor knows they come to. */
final class ComputeTrial implements AutoCloseable {
  /** Of matrices with numbers from -2 to 2: their products are exact in every type. */
  private static final int EXACT = 64;

  private static final int MANY_FLOATS = 1 << 26;
  private static final int SOME_FLOATS = 1 << 22;

  private final Device device;
  private final NDManager owner;
  private final Kernels kernels;

  ComputeTrial(Device device) {
    this.device = device;
    this.owner = TorchEngine.newManager(device);
    this.kernels = Kernels.load(owner);
  }

  /** A bridge for another libtorch fails at the first tensor. */
  String bridge() {
    try (NDManager scope = owner.newSubManager()) {
      NDArray ones = kernels.tensor(scope, "copied", scope.create(new float[] {1, 2, 3}));
      require("a copied tensor", ones.toFloatArray()[2], 3);
      return "tensors come and go, kernels load";
    }
  }

  String product() {
    try (NDManager scope = owner.newSubManager()) {
      for (NumberType type : NumberType.values()) {
        compare(type, scope);
      }
      int size = device.isGpu() ? 4096 : 512;
      int times = device.isGpu() ? 50 : 5;
      double seconds = seconds(size, times, scope);
      double operations = 2.0 * size * size * size * times;
      return "exact in all types; %d by %d in bf16 at %.0f GFLOP/s"
          .formatted(size, size, operations / seconds / 1e9);
    }
  }

  private void compare(NumberType type, NDManager scope) {
    float[] left = numbers(5);
    float[] right = numbers(3);
    NDArray y =
        kernels.tensor(scope, "linear", matrix(left, type, scope), matrix(right, type, scope));
    float[] found = kernels.tensor(scope, "cast", y, NumberType.FP32.code()).toFloatArray();
    for (int i = 0; i < EXACT; i++) {
      for (int j = 0; j < EXACT; j++) {
        float sum = 0;
        for (int k = 0; k < EXACT; k++) {
          sum += left[i * EXACT + k] * right[j * EXACT + k];
        }
        require("a product in " + type.word(), found[i * EXACT + j], sum);
      }
    }
  }

  /** Whole numbers from -2 to 2 in no order. */
  private static float[] numbers(int step) {
    float[] numbers = new float[EXACT * EXACT];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (i * step + i / EXACT) % 5 - 2;
    }
    return numbers;
  }

  private NDArray matrix(float[] numbers, NumberType type, NDManager scope) {
    NDArray wide = scope.create(numbers, new Shape(EXACT, EXACT));
    return kernels.tensor(scope, "cast", wide, type.code());
  }

  private double seconds(int size, int times, NDManager scope) {
    NDArray x = scope.zeros(new Shape(size, size), DataType.FLOAT32);
    NDArray half = kernels.tensor(scope, "cast", x, NumberType.BF16.code());
    kernels.tensor(scope, "linear", half, half).close(); // what is made once for a shape
    await(half);
    long begin = System.nanoTime();
    for (int i = 0; i < times; i++) {
      kernels.tensor(scope, "linear", half, half).close();
    }
    await(half);
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Reading a number waits for the device. */
  private void await(NDArray x) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray one = kernels.tensor(scope, "strided", x, new long[] {1}, new long[] {1}, 0);
      kernels.tensor(scope, "cast", one, NumberType.FP32.code()).toFloatArray();
    }
  }

  /** To the device and back, by way of the host's memory that training uses. */
  String copy() {
    int floats = device.isGpu() ? MANY_FLOATS : SOME_FLOATS;
    try (NDManager scope = owner.newSubManager()) {
      NDArray there = scope.zeros(new Shape(floats), DataType.FLOAT32);
      NDArray host =
          device.isGpu()
              ? kernels.tensor(scope, "pinned", (long) floats)
              : scope.zeros(new Shape(floats), DataType.FLOAT32);
      FloatBuffer numbers = host.toByteBuffer(true).asFloatBuffer();
      for (int i = 0; i < floats; i++) {
        numbers.put(i, i % 1013);
      }
      double to = gigabytesPerSecond(there, host);
      numbers.put(0, new float[floats]);
      double from = gigabytesPerSecond(host, there);
      for (int i = 0; i < floats; i++) {
        require("number " + i + " of a copy", numbers.get(i), i % 1013);
      }
      return "%d MiB there at %.1f GB/s and back at %.1f GB/s".formatted(floats >> 18, to, from);
    }
  }

  private double gigabytesPerSecond(NDArray target, NDArray source) {
    long begin = System.nanoTime();
    kernels.run("copy_", target, source);
    return source.size() * 4e-9 / ((System.nanoTime() - begin) / 1e9);
  }

  private static void require(String what, float found, float expected) {
    if (found != expected) {
      throw Failure.cluster(
          "Cannot train on this device, %s is wrong: %s (expected %s). Look for Xid errors in the kernel's log, and try another libtorch."
              .formatted(what, found, expected));
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
