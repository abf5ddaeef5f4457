package org.sparklora.model.spec;

/**
 * A linear layer of a decoder layer.
 *
 * @param layer the layer's index
 * @param name full module name, such as {@code model.layers.0.self_attn.q_proj}
 * @param inputs columns of the weight
 * @param outputs rows of the weight
 */
public record LinearModule(int layer, String name, int inputs, int outputs) {
  /** The last part of the name, by which LoRA targets are usually given. */
  public String shortName() {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
