package org.sparklora.lora;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sparklora.Failure;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.lora.LowRankAdapters.Slice;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.weights.TensorValue;

/** Converts between the flat row of parameters and an adapter with PEFT's names. */
final class AdapterValues {
  private static final String PREFIX = "base_model.model.";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  private AdapterValues() {}

  static LoraSettings settings(Adapter adapter) {
    AdapterConfig config = adapter.config();
    return new LoraSettings(
        config.rank(), config.alpha(), 0, config.targetModules(), config.rslora(), 0);
  }

  static Adapter export(LowRankAdapters adapters, LoraSettings settings, String baseName) {
    float[] flat = new float[adapters.size()];
    adapters.read(Values.PARAMETERS, FloatBuffer.wrap(flat));
    Map<String, TensorValue> tensors = new TreeMap<>();
    int rank = settings.rank();
    for (Slice slice : adapters.slices()) {
      LinearModule module = slice.module();
      float[] a = Arrays.copyOfRange(flat, slice.a(), slice.b());
      float[] b = Arrays.copyOfRange(flat, slice.b(), slice.b() + rank * module.outputs());
      tensors.put(PREFIX + module.name() + A, TensorValue.of(a, rank, module.inputs()));
      tensors.put(PREFIX + module.name() + B, TensorValue.of(b, module.outputs(), rank));
    }
    AdapterConfig config =
        new AdapterConfig(
            rank,
            settings.alpha(),
            settings.dropout(),
            settings.targets(),
            settings.rslora(),
            baseName);
    return new Adapter(config, tensors);
  }

  static void load(Adapter adapter, LowRankAdapters adapters, LoraSettings settings) {
    if (adapter.config().rank() != settings.rank()) {
      throw unfit("its rank is another", adapter.config().rank(), settings.rank(), "--lora_rank");
    }
    FloatBuffer flat = FloatBuffer.allocate(adapters.size());
    TreeSet<String> unused = new TreeSet<>(adapter.tensors().keySet());
    for (Slice slice : adapters.slices()) {
      LinearModule module = slice.module();
      String name = PREFIX + module.name();
      flat.put(values(adapter, name + A, List.of((long) settings.rank(), (long) module.inputs())));
      flat.put(values(adapter, name + B, List.of((long) module.outputs(), (long) settings.rank())));
      unused.removeAll(List.of(name + A, name + B));
    }
    if (!unused.isEmpty()) {
      throw unfit(
          "it holds tensors for other modules",
          unused.first(),
          String.join(",", settings.targets()),
          "--lora_targets");
    }
    adapters.write(Values.PARAMETERS, flat.flip());
  }

  private static float[] values(Adapter adapter, String name, List<Long> shape) {
    TensorValue value = adapter.tensors().get(name);
    if (value == null) {
      throw unfit("it lacks a tensor", "none", name, "--lora_targets");
    }
    if (!value.shape().equals(shape)) {
      throw unfit("a shape is wrong in " + name, value.shape(), shape, "--model_checkpoint");
    }
    return value.floats();
  }

  private static Failure unfit(String why, Object actual, Object expected, String flag) {
    return Failure.input(
        "Cannot load the adapter, "
            + why
            + ": "
            + actual
            + " (expected "
            + expected
            + "). Give an adapter of this base, or change "
            + flag
            + ".");
  }
}
