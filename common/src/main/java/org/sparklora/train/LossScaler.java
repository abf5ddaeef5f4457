package org.sparklora.train;

/**
 * The scale of the loss in fp16, which keeps small gradients from vanishing: doubled after 2,000
 * good steps in a row, halved when a gradient overflows. Outside fp16 the scale is always 1.
 */
final class LossScaler {
  private static final double FIRST_SCALE = 65_536;
  private static final int GOOD_STEPS_TO_DOUBLE = 2_000;

  private final boolean active;
  private double scale;
  private long goodSteps;

  LossScaler(boolean fp16) {
    active = fp16;
    scale = fp16 ? FIRST_SCALE : 1;
  }

  double scale() {
    return scale;
  }

  long goodSteps() {
    return goodSteps;
  }

  void restore(double scale, long goodSteps) {
    this.scale = scale;
    this.goodSteps = goodSteps;
  }

  void good() {
    if (active && ++goodSteps == GOOD_STEPS_TO_DOUBLE) {
      scale *= 2;
      goodSteps = 0;
    }
  }

  /** Whether the scale may be why a gradient is not finite; if so, it is halved. */
  boolean overflowed() {
    if (!active || scale <= 1) {
      return false;
    }
    scale /= 2;
    goodSteps = 0;
    return true;
  }
}
