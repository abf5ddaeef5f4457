package org.sparklora.model;

import org.sparklora.tensor.NumberType;

/**
 * How many tokens a batch is padded to. In half precision oneDNN compiles a kernel for each new
 * shape of a product, which costs about a millisecond each and a tenth of training's time when
 * every batch has shapes of its own.
 */
enum ProductSizes {
  ANY,
  /** Sixteen in each octave, so that padding is about 2%. */
  FEW;

  private static final int SMALLEST_STEP = 16;
  private static final int STEPS_PER_OCTAVE = 16;

  static ProductSizes of(NumberType type) {
    return type == NumberType.FP32 ? ANY : FEW;
  }

  /** The next size, at least {@code tokens}; monotonic. */
  int padded(int tokens) {
    if (this == ANY) {
      return tokens;
    }
    int step = Math.max(SMALLEST_STEP, Integer.highestOneBit(tokens) / STEPS_PER_OCTAVE);
    return (tokens + step - 1) / step * step;
  }
}
