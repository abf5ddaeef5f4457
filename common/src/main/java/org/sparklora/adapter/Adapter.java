package org.sparklora.adapter;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorValue;

/**
 * A LoRA adapter in memory: for each adapted module A (rank, in) and B (out, rank), under PEFT's
 * names {@code base_model.model.<module>.lora_A.weight} and {@code …lora_B.weight}. Checks that it
 * all fits together.
 */
public record Adapter(AdapterConfig config, Map<String, TensorValue> tensors) {
  private static final String PREFIX = "base_model.model.";
  private static final Pattern NAME =
      Pattern.compile("base_model\\.model\\.(.+)\\.lora_([AB])\\.weight");
  private static final Set<ElementType> FLOATS =
      EnumSet.of(ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.F64);

  public Adapter {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    if (tensors.isEmpty()) {
      throw refused("it holds no tensors", 0, "two per adapted module");
    }
    for (Map.Entry<String, TensorValue> tensor : tensors.entrySet()) {
      check(config, tensors, tensor.getKey(), tensor.getValue());
    }
  }

  /** The name of a module's A or B, {@code which} being "A" or "B". */
  public static String tensorName(String module, String which) {
    return PREFIX + module + ".lora_" + which + ".weight";
  }

  /** Names of the adapted modules, in the order of the tensors. */
  public List<String> modules() {
    return tensors.keySet().stream().map(Adapter::module).distinct().toList();
  }

  /** A of a module: (rank, in). */
  public TensorValue a(String module) {
    return tensors.get(tensorName(module, "A"));
  }

  /** B of a module: (out, rank). */
  public TensorValue b(String module) {
    return tensors.get(tensorName(module, "B"));
  }

  private static String module(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? matcher.group(1) : name;
  }

  private static void check(
      AdapterConfig config, Map<String, TensorValue> tensors, String name, TensorValue value) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw refused(
          "it holds a tensor that is no LoRA matrix", name, PREFIX + "….lora_A.weight or B");
    }
    String module = matcher.group(1);
    boolean isA = matcher.group(2).equals("A");
    if (!FLOATS.contains(value.type())) {
      throw refused("'" + name + "' has no floating point type", value.type(), "F32, F16 or BF16");
    }
    if (value.shape().size() != 2 || value.shape().get(isA ? 0 : 1) != config.rank()) {
      String shape = isA ? "(%d, in)" : "(out, %d)";
      throw refused(
          "'" + name + "' has the wrong shape", value.shape(), shape.formatted(config.rank()));
    }
    if (!tensors.containsKey(tensorName(module, isA ? "B" : "A"))) {
      throw refused("a module has A or B only", module, "both");
    }
    if (config.targetModules().stream()
        .noneMatch(t -> module.equals(t) || module.endsWith("." + t))) {
      throw refused("a module is none of its targets", module, config.targetModules().toString());
    }
  }

  private static Failure refused(String why, Object actual, String expected) {
    return Failure.input(
        "Cannot use the adapter, %s: %s (expected %s). Use a plain LoRA adapter whose files belong together."
            .formatted(why, actual, expected));
  }
}
