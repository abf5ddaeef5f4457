package org.sparklora.tensor;

import java.util.Locale;

/** Which type a base model's weights should have. */
public enum NumberChoice {
  /** fp32 on a CPU, bf16 on a GPU. */
  AUTO,
  FP32,
  BF16,
  FP16;

  /** The flag's word. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the choice comes to where ranks and tasks compute on such a processor. */
  public NumberType resolve(Processor processor) {
    return switch (this) {
      case AUTO -> processor == Processor.GPU ? NumberType.BF16 : NumberType.FP32;
      case FP32 -> NumberType.FP32;
      case BF16 -> NumberType.BF16;
      case FP16 -> NumberType.FP16;
    };
  }
}
