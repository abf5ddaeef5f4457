package org.sparklora.adapter;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.Failure;

/**
 * What PEFT's {@code adapter_config.json} says about a LoRA adapter, as far as it affects results.
 *
 * @param alpha numerator of the scaling
 * @param rslora scaling by the square root of the rank (PEFT's {@code use_rslora})
 * @param baseModel name or path of the base model, for human readers
 */
public record AdapterConfig(
    int rank,
    double alpha,
    double dropout,
    List<String> targetModules,
    boolean rslora,
    String baseModel) {
  public AdapterConfig {
    targetModules = List.copyOf(targetModules);
    List<String> problems = new ArrayList<>();
    if (rank < 1) {
      problems.add("lora_rank is " + rank + " (expected 1 or more)");
    }
    if (!Double.isFinite(alpha)) {
      problems.add("lora_alpha is " + alpha + " (expected a number)");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      problems.add("lora_dropout is " + dropout + " (expected 0 ≤ p < 1)");
    }
    if (targetModules.isEmpty() || targetModules.stream().anyMatch(String::isBlank)) {
      problems.add("lora_targets is " + targetModules + " (expected module names)");
    }
    if (!problems.isEmpty()) {
      throw Failure.usage(
          "Cannot make an adapter, its settings are wrong: %s. Correct the flags."
              .formatted(String.join("; ", problems)));
    }
  }

  /** The factor of B·A: alpha / r, or alpha / √r with rslora. */
  public double scaling() {
    return alpha / (rslora ? Math.sqrt(rank) : rank);
  }

  /** PEFT's keys only, so that every PEFT since 0.3 loads it. */
  public String toJson() {
    return AdapterConfigJson.write(this);
  }

  /** Reads the file of any PEFT version; {@code source} names it in messages. */
  public static AdapterConfig fromJson(String json, String source) {
    return AdapterConfigJson.read(json, source);
  }
}
