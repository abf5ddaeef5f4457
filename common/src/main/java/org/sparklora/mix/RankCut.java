package org.sparklora.mix;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.weights.TensorValue;

/**
 * The adapter of a lower rank that is nearest to another one, module by module (Eckart and Young),
 * and how near that is: ‖B A - cut‖ / ‖B A‖ by Frobenius' norm.
 *
 * @param errors by module
 * @param error of all modules together
 */
public record RankCut(Adapter adapter, Map<String, Double> errors, double error) {
  /** Squares of what an adapter adds to a module, and of what a cut of it leaves out. */
  private record Squares(double all, double lost) {
    double error() {
      return all == 0 ? 0 : Math.sqrt(lost / all);
    }

    Squares plus(Squares other) {
      return new Squares(all + other.all, lost + other.lost);
    }
  }

  /**
   * Cuts to {@code rank}, or keeps the rank that is lower; the engine has to be started.
   *
   * @param done hears of each module that is cut
   */
  public static RankCut of(Adapter whole, int rank, Runnable done) {
    int kept = Math.min(rank, whole.config().rank());
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    Map<String, Double> errors = new LinkedHashMap<>();
    Squares sum = new Squares(0, 0);
    try (NDManager owner = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(owner)) {
      for (String module : whole.modules()) {
        Squares own = cut(whole, module, kept, tensors, kernels, owner);
        errors.put(module, own.error());
        sum = sum.plus(own);
        done.run();
      }
    }
    return new RankCut(new Adapter(config(whole.config(), kept), tensors), errors, sum.error());
  }

  private static AdapterConfig config(AdapterConfig whole, int rank) {
    return new AdapterConfig(rank, rank, 0, whole.targetModules(), false, whole.baseModel());
  }

  private static Squares cut(
      Adapter whole,
      String module,
      int rank,
      Map<String, TensorValue> tensors,
      Kernels kernels,
      NDManager owner) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray a = matrix(whole.a(module), 1, scope);
      NDArray b = matrix(whole.b(module), whole.config().scaling(), scope);
      NDArray[] parts = kernels.tensors(scope, "cut_rank", a, b, rank);
      int inputs = (int) a.getShape().get(1);
      int outputs = (int) b.getShape().get(0);
      float[] cutA = Arrays.copyOf(parts[0].toFloatArray(), Math.multiplyExact(rank, inputs));
      float[] cutB = widened(parts[1].toFloatArray(), outputs, rank);
      tensors.put(Adapter.tensorName(module, "A"), TensorValue.of(cutA, rank, inputs));
      tensors.put(Adapter.tensorName(module, "B"), TensorValue.of(cutB, outputs, rank));
      return squares(parts[2].toDoubleArray(), rank);
    }
  }

  /** A small matrix has fewer singular values than the rank: the rest are zero columns. */
  private static float[] widened(float[] values, int rows, int columns) {
    int own = values.length / rows;
    if (own == columns) {
      return values;
    }
    float[] wide = new float[Math.multiplyExact(rows, columns)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * own, wide, row * columns, own);
    }
    return wide;
  }

  private static Squares squares(double[] singular, int rank) {
    double all = 0;
    double lost = 0;
    for (int i = singular.length - 1; i >= 0; i--) {
      double square = singular[i] * singular[i];
      all += square;
      lost += i >= rank ? square : 0;
    }
    return new Squares(all, lost);
  }

  /** In fp64, so that a scaling rounds nothing. */
  private static NDArray matrix(TensorValue value, double scale, NDManager scope) {
    float[] floats = value.floats();
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = scale * floats[i];
    }
    return scope.create(values, new Shape(value.shape().get(0), value.shape().get(1)));
  }
}
