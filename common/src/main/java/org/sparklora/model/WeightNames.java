package org.sparklora.model;

import java.util.List;

/**
 * Names of a family's weights. Names below a layer are relative to {@link #layer}; modules are
 * named without {@code .weight} or {@code .bias}.
 */
public record WeightNames(
    String embedding,
    String layers,
    String inputNorm,
    List<String> qkv,
    String attentionOut,
    String innerNorm,
    List<String> feedForwardIn,
    String feedForwardOut,
    String finalNorm,
    String head) {
  public WeightNames {
    qkv = List.copyOf(qkv);
    feedForwardIn = List.copyOf(feedForwardIn);
  }

  /** The full name of a module of a layer. */
  String layer(int index, String module) {
    return layers + "." + index + "." + module;
  }
}
