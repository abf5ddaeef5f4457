package org.sparklora.mix;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.weights.TensorValue;

/**
 * Σ wᵢ·sᵢ·BᵢAᵢ as one adapter. What one adapter does, alone, stays bit for bit as it is; several
 * lie side by side, so that their ranks add up.
 */
final class ExactMix {
  private ExactMix() {}

  /** An adapter and how much of it. */
  record Part(Adapter adapter, double weight) {}

  /**
   * The parts as one adapter, at least one; where they cancel each other it adds zeros.
   *
   * @param parts checked to fit one base
   */
  static Adapter of(List<Part> parts) {
    List<Part> adding = adding(parts);
    return switch (adding.size()) {
      case 0 -> withB(parts.get(0).adapter(), parts.get(0).adapter().config(), 0);
      case 1 -> scaled(adding.get(0).adapter(), adding.get(0).weight());
      default -> new SideBySide(adding).adapter();
    };
  }

  /** Whether the parts cancel each other, so that what is left is the base. */
  static boolean isBase(List<Part> parts) {
    return adding(parts).isEmpty();
  }

  /** Each adapter once, without those that cancel themselves. */
  private static List<Part> adding(List<Part> parts) {
    Map<Adapter, Double> weights = new LinkedHashMap<>();
    parts.forEach(part -> weights.merge(part.adapter(), part.weight(), Double::sum));
    return weights.entrySet().stream()
        .filter(entry -> entry.getValue() != 0)
        .map(entry -> new Part(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Its size goes into alpha and its sign into B, which loses nothing. */
  private static Adapter scaled(Adapter adapter, double weight) {
    if (weight == 1) {
      return adapter;
    }
    AdapterConfig config = adapter.config();
    if (!Float.isFinite((float) (config.scaling() * weight))) {
      throw SideBySide.tooLarge(weight);
    }
    AdapterConfig other =
        new AdapterConfig(
            config.rank(),
            config.alpha() * Math.abs(weight),
            config.dropout(),
            config.targetModules(),
            config.rslora(),
            config.baseModel());
    return weight > 0 ? new Adapter(other, adapter.tensors()) : withB(adapter, other, -1);
  }

  private static Adapter withB(Adapter adapter, AdapterConfig config, float factor) {
    Map<String, TensorValue> tensors = new LinkedHashMap<>(adapter.tensors());
    for (String module : adapter.modules()) {
      TensorValue b = adapter.b(module);
      float[] values = b.floats();
      for (int i = 0; i < values.length; i++) {
        values[i] = factor == 0 ? 0 : factor * values[i];
      }
      long[] shape = b.shape().stream().mapToLong(Long::longValue).toArray();
      tensors.put(Adapter.tensorName(module, "B"), TensorValue.of(values, shape));
    }
    return new Adapter(config, tensors);
  }

  /** Whether two values are equal as sets of names, in any order. */
  static boolean sameNames(List<String> one, List<String> other) {
    String[] a = one.stream().sorted().toArray(String[]::new);
    return Arrays.equals(a, other.stream().sorted().toArray(String[]::new));
  }
}
