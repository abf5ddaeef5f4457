package org.sparklora.adapter;

import java.util.List;
import org.sparklora.config.Problems;

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
    Problems.listed()
        .unless(rank >= 1, "lora_rank is " + rank + " (expected 1 or more)")
        .unless(Double.isFinite(alpha), "lora_alpha is " + alpha + " (expected a number)")
        .unless(dropout >= 0 && dropout < 1, "lora_dropout is " + dropout + " (expected 0 ≤ p < 1)")
        .unless(
            !targetModules.isEmpty() && targetModules.stream().noneMatch(String::isBlank),
            "lora_targets is " + targetModules + " (expected module names)")
        .failIfAny("Cannot make an adapter, its settings are wrong: ", ". Correct the flags.");
  }

  /** The factor of B·A: alpha / r, or alpha / √r with rslora. */
  public double scaling() {
    return alpha / (rslora ? Math.sqrt(rank) : rank);
  }

  /**
   * The same scaling without rsLoRA's flag, which several servers pass over: alpha · √r over r is
   * alpha / √r.
   */
  public AdapterConfig portable() {
    double plain = alpha * Math.sqrt(rank);
    return rslora ? new AdapterConfig(rank, plain, dropout, targetModules, false, baseModel) : this;
  }

  /** PEFT's keys only, so that every PEFT since 0.3 loads it. */
  public String toJson() {
    return AdapterConfigJson.write(this);
  }

  /** Reads the file of any PEFT version; {@code source} names it in messages. */
  static AdapterConfig fromJson(String json, String source) {
    return AdapterConfigJson.read(json, source).usual();
  }
}
