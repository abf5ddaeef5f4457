package org.sparklora.model.load;

import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorInfo;
import org.sparklora.weights.WeightFolder;

/**
 * Weights that are quantised though {@code config.json} does not say so: the names of their tensors
 * and their types tell.
 */
public final class QuantisedWeights {
  private static final Set<ElementType> PACKED =
      EnumSet.of(
          ElementType.I8,
          ElementType.U8,
          ElementType.I16,
          ElementType.I32,
          ElementType.F8_E4M3,
          ElementType.F8_E5M2);

  /** Endings of names that only such models have, and what makes them. */
  private static final Map<String, String> MARKS = marks();

  private QuantisedWeights() {}

  /**
   * Looks at the files that lie in the folder; those that are missing are somebody else's affair.
   */
  public static void refuse(Store store, String folder) {
    refuse(WeightFolder.readable(store, folder), folder);
  }

  static void refuse(Collection<TensorInfo> tensors, String folder) {
    for (TensorInfo tensor : tensors) {
      Optional<String> how = how(tensor);
      if (how.isPresent()) {
        throw Failure.input(
            "Cannot use the base model, its weights are quantised: %s is %s in %s (expected weights of F32, F16 or BF16). Take the model that it was made from."
                .formatted(tensor.name(), how.get(), folder));
      }
    }
  }

  private static Optional<String> how(TensorInfo tensor) {
    for (Map.Entry<String, String> mark : MARKS.entrySet()) {
      if (tensor.name().contains(mark.getKey())) {
        return Optional.of("of " + mark.getValue());
      }
    }
    boolean isMatrix = tensor.name().endsWith(".weight") && tensor.shape().size() > 1;
    return isMatrix && PACKED.contains(tensor.type())
        ? Optional.of(tensor.type().safetensorsName())
        : Optional.empty();
  }

  private static Map<String, String> marks() {
    Map<String, String> marks = new LinkedHashMap<>();
    marks.put(".qweight", "GPTQ or AWQ");
    marks.put(".qzeros", "GPTQ or AWQ");
    marks.put(".g_idx", "GPTQ");
    marks.put(".weight.absmax", "bitsandbytes");
    marks.put(".weight.quant_map", "bitsandbytes");
    marks.put(".weight.quant_state", "bitsandbytes");
    marks.put(".SCB", "bitsandbytes");
    marks.put(".weight_packed", "compressed-tensors");
    marks.put(".weight_scale", "a kind with scales of its own");
    marks.put(".weight_format", "bitsandbytes");
    marks.put(".W_q", "HQQ");
    marks.put(".weight._data", "Quanto");
    marks.put(".codebooks", "AQLM");
    return marks;
  }
}
