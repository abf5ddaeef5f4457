package org.sparklora.mix;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.sparklora.Failure;
import org.sparklora.SizeLimit;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.mix.ExactMix.Part;
import org.sparklora.weights.TensorValue;

/**
 * Adapters in one, each with rows of A and columns of B of its own: A = [A₁; A₂; …], B = [w₁s₁B₁,
 * w₂s₂B₂, …], with a scaling of 1. Where an adapter leaves a module alone its part there is zero.
 */
final class SideBySide {
  private final List<Part> parts;
  private final int rank;

  SideBySide(List<Part> parts) {
    this.parts = parts;
    long ranks = parts.stream().mapToLong(part -> part.adapter().config().rank()).sum();
    SizeLimit.RANK.require("mix the adapters", "the sum of their ranks", ranks, "the mix");
    this.rank = (int) ranks;
  }

  Adapter adapter() {
    TreeSet<String> modules = new TreeSet<>();
    parts.forEach(part -> modules.addAll(part.adapter().modules()));
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    for (String module : modules) {
      tensors.put(Adapter.tensorName(module, "A"), a(module));
      tensors.put(Adapter.tensorName(module, "B"), b(module));
    }
    AdapterConfig first = parts.get(0).adapter().config();
    return new Adapter(
        new AdapterConfig(rank, rank, 0, targets(modules), false, first.baseModel()), tensors);
  }

  /** The parts' own words where all say the same of the same modules, else full names. */
  private List<String> targets(Set<String> modules) {
    List<String> first = parts.get(0).adapter().config().targetModules();
    boolean same =
        parts.stream()
            .map(Part::adapter)
            .allMatch(
                adapter ->
                    ExactMix.sameNames(first, adapter.config().targetModules())
                        && modules.equals(new TreeSet<>(adapter.modules())));
    return same ? first : List.copyOf(modules);
  }

  /** (Σ rank, in) */
  private TensorValue a(String module) {
    int columns = side(module, "A", 1);
    float[] values = new float[Math.multiplyExact(rank, columns)];
    int row = 0;
    for (Part part : parts) {
      TensorValue own = part.adapter().a(module);
      if (own != null) {
        System.arraycopy(own.floats(), 0, values, row * columns, own.elements());
      }
      row += part.adapter().config().rank();
    }
    return TensorValue.of(values, rank, columns);
  }

  /** (out, Σ rank) */
  private TensorValue b(String module) {
    int rows = side(module, "B", 0);
    float[] values = new float[Math.multiplyExact(rows, rank)];
    int start = 0;
    for (Part part : parts) {
      int own = part.adapter().config().rank();
      TensorValue b = part.adapter().b(module);
      if (b != null) {
        copyScaled(b.floats(), own, part, values, start);
      }
      start += own;
    }
    return TensorValue.of(values, rows, rank);
  }

  private void copyScaled(float[] from, int own, Part part, float[] to, int start) {
    double factor = part.weight() * part.adapter().config().scaling();
    for (int i = 0; i < from.length; i++) {
      float value = (float) (factor * from[i]);
      if (!Float.isFinite(value) && Float.isFinite(from[i])) {
        throw tooLarge(part.weight());
      }
      to[i / own * rank + start + i % own] = value;
    }
  }

  static Failure tooLarge(double weight) {
    return Failure.input(
        "Cannot mix the adapters, a weight is too large: %s (expected that fp32 holds what it makes). Lower it."
            .formatted(weight));
  }

  /** The length that a module has in all parts that change it. */
  private int side(String module, String which, int dimension) {
    List<Long> lengths =
        parts.stream()
            .map(part -> part.adapter().tensors().get(Adapter.tensorName(module, which)))
            .filter(value -> value != null)
            .map(value -> value.shape().get(dimension))
            .distinct()
            .toList();
    if (lengths.size() > 1) {
      throw Failure.input(
          "Cannot mix the adapters, they are of bases of different sizes: %s in %s.lora_%s (expected one). Mix adapters of one base."
              .formatted(lengths, module, which));
    }
    return Math.toIntExact(lengths.get(0));
  }
}
