package org.sparklora.adapter;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.weights.TensorValue;

/**
 * PEFT's adapters as ours, with one rank and one scaling: smaller matrices are filled up with zeros
 * and another scaling goes into B, which leaves every B·A as it was.
 */
final class EvenAdapter {
  /** {@code state_dict()} keeps the adapter's name. */
  private static final Pattern NAMED = Pattern.compile("(.+\\.lora_[AB])\\.([^.]+)\\.weight");

  private static final Pattern PLAIN =
      Pattern.compile("base_model\\.model\\.(.+)\\.lora_[AB]\\.weight");
  private static final long MOST_GROWTH = 64;

  private final PeftConfig config;
  private final Map<String, TensorValue> tensors;
  private final int rank;
  private final AdapterConfig even;

  private EvenAdapter(PeftConfig config, Map<String, TensorValue> tensors) {
    this.config = config;
    this.tensors = tensors;
    List<String> modules = modules(tensors);
    this.rank = modules.stream().mapToInt(config::rank).max().orElse(config.usual().rank());
    this.even = config(modules);
  }

  static Adapter of(PeftConfig config, Map<String, TensorValue> stored) {
    Map<String, TensorValue> tensors = withoutAdapterName(stored);
    if (config.isPlain()) {
      return new Adapter(matching(config.usual(), tensors), tensors);
    }
    return new EvenAdapter(config, tensors).adapter();
  }

  private static Map<String, TensorValue> withoutAdapterName(Map<String, TensorValue> stored) {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    TreeSet<String> adapters = new TreeSet<>();
    stored.forEach(
        (name, value) -> {
          Matcher named = NAMED.matcher(name);
          boolean isNamed = named.matches();
          adapters.add(isNamed ? named.group(2) : "");
          tensors.put(isNamed ? named.group(1) + ".weight" : name, value);
        });
    if (tensors.size() < stored.size()) {
      adapters.remove("");
      throw refused("it holds several adapters", String.join(", ", adapters), "one");
    }
    return tensors;
  }

  /** Names that match nothing are passed over, as PEFT does while any matches. */
  private static AdapterConfig matching(AdapterConfig usual, Map<String, TensorValue> tensors) {
    List<String> modules = modules(tensors);
    List<String> used =
        usual.targetModules().stream()
            .filter(t -> modules.stream().anyMatch(m -> ModuleNames.isOrEnds(m).test(t)))
            .toList();
    return used.isEmpty() ? usual : with(usual, usual.rank(), usual.alpha(), used);
  }

  private static List<String> modules(Map<String, TensorValue> tensors) {
    return tensors.keySet().stream()
        .map(PLAIN::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .distinct()
        .toList();
  }

  private static AdapterConfig with(
      AdapterConfig usual, int rank, double alpha, List<String> targets) {
    return new AdapterConfig(
        rank, alpha, usual.dropout(), targets, usual.rslora(), usual.baseModel());
  }

  /** The usual modules keep their scaling. */
  private AdapterConfig config(List<String> modules) {
    AdapterConfig usual = config.usual();
    double growth = (double) rank / usual.rank();
    double alpha = usual.alpha() * (usual.rslora() ? Math.sqrt(growth) : growth);
    return with(usual, rank, alpha, modules.isEmpty() ? usual.targetModules() : modules);
  }

  private Adapter adapter() {
    long stored = tensors.values().stream().mapToLong(TensorValue::elements).sum();
    Map<String, TensorValue> filled = new LinkedHashMap<>();
    long size = 0;
    for (Map.Entry<String, TensorValue> tensor : tensors.entrySet()) {
      TensorValue value = filled(tensor.getKey(), tensor.getValue());
      filled.put(tensor.getKey(), value);
      size += value.elements();
      if (size > MOST_GROWTH * stored) {
        throw refused("its ranks differ too much", "up to " + rank, "ranks of one order");
      }
    }
    return new Adapter(even, filled);
  }

  private TensorValue filled(String name, TensorValue value) {
    Matcher matcher = PLAIN.matcher(name);
    if (!matcher.matches() || value.shape().size() != 2) {
      return value; // Adapter refuses it by name.
    }
    String module = matcher.group(1);
    boolean isA = name.endsWith(".lora_A.weight");
    requireTarget(module);
    if (value.shape().get(isA ? 0 : 1) != config.rank(module)) {
      String shape = (isA ? "(%d, in)" : "(out, %d)").formatted(config.rank(module));
      throw refused("'" + name + "' has the wrong shape", value.shape(), shape);
    }
    double factor = isA ? 1 : config.scaling(module) / config.usual().scaling();
    if (config.rank(module) == rank && Math.abs(factor - 1) < 1e-12) {
      return value;
    }
    return isA ? moreRows(value) : moreColumns(value, factor);
  }

  private void requireTarget(String module) {
    if (!config.targets().names(module)) {
      throw refused("a module is none of its targets", module, "" + config.usual().targetModules());
    }
  }

  private TensorValue moreRows(TensorValue a) {
    int columns = Math.toIntExact(a.shape().get(1));
    return TensorValue.of(Arrays.copyOf(a.floats(), rank * columns), rank, columns);
  }

  private TensorValue moreColumns(TensorValue b, double factor) {
    int rows = Math.toIntExact(b.shape().get(0));
    int columns = Math.toIntExact(b.shape().get(1));
    float[] from = b.floats();
    float[] values = new float[Math.multiplyExact(rows, rank)];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        values[row * rank + column] = (float) (factor * from[row * columns + column]);
      }
    }
    return TensorValue.of(values, rows, rank);
  }

  private static Failure refused(String why, Object actual, String expected) {
    return Failure.input(
        "Cannot use the adapter, %s: %s (expected %s). Use a plain LoRA adapter whose files belong together."
            .formatted(why, actual, expected));
  }
}
