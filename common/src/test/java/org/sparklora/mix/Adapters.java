package org.sparklora.mix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.weights.TensorValue;

/** Made adapters, and what they add to a base. */
final class Adapters {
  static final int IN = 6;
  static final int OUT = 5;

  private Adapters() {}

  /** Random ones for these modules of layer 0. */
  static Adapter of(long seed, int rank, double alpha, boolean rslora, String... modules) {
    Random random = new Random(seed);
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    for (String module : modules) {
      String name = "layers.0." + module;
      tensors.put(Adapter.tensorName(name, "A"), matrix(random, rank, IN));
      tensors.put(Adapter.tensorName(name, "B"), matrix(random, OUT, rank));
    }
    return new Adapter(
        new AdapterConfig(rank, alpha, 0.1, List.of(modules), rslora, "base"), tensors);
  }

  static TensorValue matrix(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TensorValue.of(values, rows, columns);
  }

  /** scaling · B A of a module in row order; zeros where it is not adapted. */
  static double[] delta(Adapter adapter, String module) {
    String name = "layers.0." + module;
    double[] product = new double[OUT * IN];
    if (adapter.a(name) == null) {
      return product;
    }
    int rank = adapter.config().rank();
    float[] a = adapter.a(name).floats();
    float[] b = adapter.b(name).floats();
    for (int i = 0; i < product.length; i++) {
      for (int r = 0; r < rank; r++) {
        product[i] += adapter.config().scaling() * b[i / IN * rank + r] * a[r * IN + i % IN];
      }
    }
    return product;
  }

  /** Σ weight · what each adds. */
  static double[] sum(String module, List<ExactMix.Part> parts) {
    double[] sum = new double[OUT * IN];
    for (ExactMix.Part part : parts) {
      double[] own = delta(part.adapter(), module);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += part.weight() * own[i];
      }
    }
    return sum;
  }

  static List<ExactMix.Part> parts(Object... adaptersAndWeights) {
    List<ExactMix.Part> parts = new ArrayList<>();
    for (int i = 0; i < adaptersAndWeights.length; i += 2) {
      parts.add(
          new ExactMix.Part((Adapter) adaptersAndWeights[i], (Double) adaptersAndWeights[i + 1]));
    }
    return parts;
  }
}
