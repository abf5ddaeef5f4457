package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/** A linear layer of the base model: y = x Wᵀ + b, without gradients for W and b. */
public final class FrozenProjection implements Projection {
  private final NDArray weight;
  private final NDArray bias;

  /** The bias may be null. The tensors stay the caller's. */
  FrozenProjection(NDArray weight, NDArray bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /** The same layer with another weight matrix, which stays the caller's. */
  public FrozenProjection withWeight(NDArray other) {
    return new FrozenProjection(other, bias);
  }

  /** (out, in) */
  public NDArray weight() {
    return weight;
  }

  /** The weight, or weight and bias. */
  NDArray[] tensors() {
    return bias == null ? new NDArray[] {weight} : new NDArray[] {weight, bias};
  }

  /** Null without bias. */
  NDArray bias() {
    return bias;
  }

  @Override
  public NDArray forward(NDArray x, Pass pass) {
    return bias == null
        ? pass.tensor("linear", x, weight)
        : pass.tensor("linear_bias", x, weight, bias);
  }

  @Override
  public void replay(NDArray x, Pass pass) {}

  @Override
  public void backward(NDArray grad, Pass pass, InputGradient input) {
    if (input.isNeeded()) {
      input.addProduct(grad, weight, pass);
    }
  }

  @Override
  public boolean isTrainable() {
    return false;
  }
}
