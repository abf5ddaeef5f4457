package org.sparklora.mix;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.weights.TensorValue;

/** A random adapter of every linear layer of a base. */
public final class MadeAdapter {
  private MadeAdapter() {}

  public static Adapter of(DecoderSpec base, long seed, int rank, boolean rslora) {
    Random random = new Random(seed);
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    for (LinearModule module : base.linearModules()) {
      tensors.put(Adapter.tensorName(module.name(), "A"), small(random, rank, module.inputs()));
      tensors.put(Adapter.tensorName(module.name(), "B"), small(random, module.outputs(), rank));
    }
    List<String> targets =
        base.linearModules().stream().map(LinearModule::shortName).distinct().toList();
    return new Adapter(new AdapterConfig(rank, 2 * rank, 0, targets, rslora, "made"), tensors);
  }

  private static TensorValue small(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.05f * (float) random.nextGaussian();
    }
    return TensorValue.of(values, rows, columns);
  }
}
