package org.sparklora.tensor;

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

  /** The number of this type in TorchScript. */
  public int code() {
    return code;
  }

  public int bytes() {
    return bytes;
  }
}
