package org.sparklora.tensor;

import java.util.Locale;

/** Floating point types that kernels compute in, with their numbers in TorchScript. */
public enum NumberType {
  FP32(6, 4),
  FP16(5, 2),
  BF16(15, 2);

  private final int code;
  private final int bytes;

  NumberType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The type of a word, such as {@code bf16}. */
  public static NumberType of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The number of this type in TorchScript. */
  public int code() {
    return code;
  }

  public int bytes() {
    return bytes;
  }
}
