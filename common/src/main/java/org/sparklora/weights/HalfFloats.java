package org.sparklora.weights;

/** IEEE half precision, which Java 17 cannot widen by itself. */
final class HalfFloats {
  private static final int EXPONENT = 0x1f;
  private static final int MANTISSA = 0x3ff;

  private HalfFloats() {}

  static float widen(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & EXPONENT;
    int mantissa = half & MANTISSA;
    if (exponent == 0) {
      float value = mantissa * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    int wide = exponent == EXPONENT ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | (wide << 23) | (mantissa << 13));
  }
}
