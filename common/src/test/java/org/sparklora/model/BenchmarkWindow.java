package org.sparklora.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Random;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/**
 * Attention of one long row with a window and without, in CPU seconds of one thread. Arguments:
 * {@code TOKENS WINDOW [fp32|bf16]}.
 */
final class BenchmarkWindow {
  private static final int HEADS = 8;
  private static final int GROUPS = 2;
  private static final int SIZE = 64;
  private static final int REPEATS = 3;
  private static final double SCALE = 0.125;

  private BenchmarkWindow() {}

  public static void main(String[] arguments) {
    int tokens = Integer.parseInt(arguments[0]);
    int window = Integer.parseInt(arguments[1]);
    NumberType type = NumberType.of(arguments.length > 2 ? arguments[2] : "fp32");
    TorchEngine.start(1);
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(scope)) {
      double[] full = best(kernels, scope, tokens, 0, type);
      double[] windowed = best(kernels, scope, tokens, window, type);
      System.out.printf(
          "%s, %d tokens, window %d: forward %.3f s of %.3f s (%.2f times), backward %.3f s of %.3f s (%.2f times)%n",
          type.word(),
          tokens,
          window,
          windowed[0],
          full[0],
          full[0] / windowed[0],
          windowed[1],
          full[1],
          full[1] / windowed[1]);
    }
  }

  /** Forward and backward, the best of some; a window of 0 is none. */
  private static double[] best(
      Kernels kernels, NDManager scope, int tokens, int window, NumberType type) {
    double[] best = {Double.MAX_VALUE, Double.MAX_VALUE};
    for (int i = 0; i < REPEATS; i++) {
      try (NDManager inner = scope.newSubManager()) {
        double[] once = once(kernels, inner, tokens, window, type);
        best[0] = Math.min(best[0], once[0]);
        best[1] = Math.min(best[1], once[1]);
      }
    }
    return best;
  }

  private static double[] once(
      Kernels kernels, NDManager scope, int tokens, int window, NumberType type) {
    NDArray[] x = new NDArray[4];
    NDArray[] grads = new NDArray[3];
    for (int i = 0; i < 4; i++) {
      NDArray wide = random(scope, tokens, i == 0 || i == 3 ? HEADS : GROUPS);
      x[i] = kernels.tensor(scope, "cast", wide, type.code());
      if (i < 3) {
        grads[i] = kernels.tensor(scope, "empty_like", x[i]);
      }
    }
    long[] starts = {0, tokens};
    long[] none = {};
    double start = seconds();
    NDArray[] results =
        window == 0
            ? kernels.tensors(scope, "attend", x[0], x[1], x[2], starts, none, SCALE)
            : kernels.tensors(scope, "attend_window", x[0], x[1], x[2], starts, window, SCALE);
    double middle = seconds();
    if (window == 0) {
      kernels.run(
          "attend_backward_",
          x[3],
          x[0],
          x[1],
          x[2],
          results,
          starts,
          none,
          SCALE,
          grads[0],
          grads[1],
          grads[2]);
    } else {
      kernels.run(
          "attend_window_backward_",
          x[3],
          x[0],
          x[1],
          x[2],
          results,
          starts,
          window,
          SCALE,
          grads[0],
          grads[1],
          grads[2]);
    }
    return new double[] {middle - start, seconds() - middle};
  }

  private static NDArray random(NDManager scope, int tokens, int heads) {
    Random random = new Random(heads);
    float[] values = new float[tokens * heads * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return scope.create(values, new Shape(tokens, heads, SIZE));
  }

  private static double seconds() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadCpuTime() / 1e9;
  }
}
