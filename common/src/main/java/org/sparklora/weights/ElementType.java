package org.sparklora.weights;

import java.util.Arrays;
import java.util.Optional;

/** Element types of weight files: name in safetensors, number in torch, bytes per element. */
public enum ElementType {
  U8("U8", 0, 1),
  I8("I8", 1, 1),
  I16("I16", 2, 2),
  I32("I32", 3, 4),
  I64("I64", 4, 8),
  F16("F16", 5, 2),
  F32("F32", 6, 4),
  F64("F64", 7, 8),
  BOOL("BOOL", 11, 1),
  BF16("BF16", 15, 2),
  F8_E5M2("F8_E5M2", 23, 1),
  F8_E4M3("F8_E4M3", 24, 1);

  private final String safetensorsName;
  private final int torchCode;
  private final int bytes;

  ElementType(String safetensorsName, int torchCode, int bytes) {
    this.safetensorsName = safetensorsName;
    this.torchCode = torchCode;
    this.bytes = bytes;
  }

  /** The name in a safetensors header. */
  public String safetensorsName() {
    return safetensorsName;
  }

  /** The number of this type in TorchScript ({@code torch.to(x, 15)} makes bfloat16). */
  public int torchCode() {
    return torchCode;
  }

  /** The type with this name in a safetensors header, if known. */
  static Optional<ElementType> named(String safetensorsName) {
    return Arrays.stream(values())
        .filter(type -> type.safetensorsName.equals(safetensorsName))
        .findFirst();
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }
}
