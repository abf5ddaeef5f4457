package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/** The gradient by a block's input, summed over the projections that read it. */
public final class InputGradient {
  private final boolean needed;
  private NDArray sum;

  private InputGradient(boolean needed) {
    this.needed = needed;
  }

  static InputGradient needed() {
    return new InputGradient(true);
  }

  /** For the lowest trained layer: nothing below it is trained. */
  static InputGradient unneeded() {
    return new InputGradient(false);
  }

  public boolean isNeeded() {
    return needed;
  }

  /** Adds grad (tokens, out) · weight (out, in). */
  public void addProduct(NDArray grad, NDArray weight, Pass pass) {
    if (sum == null) {
      sum = pass.tensor("matmul", grad, weight);
    } else {
      pass.run("add_matmul_", sum, grad, weight);
    }
  }

  /** The sum so far (tokens, in); belongs to the scope of the pass that began it. */
  public NDArray sum() {
    return sum;
  }
}
