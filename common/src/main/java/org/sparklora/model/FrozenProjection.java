package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/** A linear layer of the base model: y = x Wᵀ + b, without gradients for W and b. */
public final class FrozenProjection implements Projection {
  private final FrozenWeight weight;
  private final NDArray bias;

  /** The bias may be null. The tensors stay the caller's. */
  FrozenProjection(FrozenWeight weight, NDArray bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /** The same layer with another weight matrix in the computing type, which stays the caller's. */
  public FrozenProjection withWeight(NDArray other) {
    return withWeight(new PlainWeight(other));
  }

  /** The same layer with its weight in another form. */
  public FrozenProjection withWeight(FrozenWeight other) {
    return new FrozenProjection(other, bias);
  }

  public FrozenWeight weight() {
    return weight;
  }

  /** Whether it is a matrix in the computing type, which kernels of whole layers can read. */
  boolean isPlain() {
    return weight.plain().isPresent();
  }

  /** The weight, or weight and bias, of a plain one. */
  NDArray[] tensors() {
    NDArray matrix = weight.plain().orElseThrow();
    return bias == null ? new NDArray[] {matrix} : new NDArray[] {matrix, bias};
  }

  @Override
  public NDArray forward(NDArray x, Pass pass) {
    return weight.product(x, bias, pass);
  }

  @Override
  public void replay(NDArray x, Pass pass) {}

  @Override
  public void backward(NDArray grad, Pass pass, InputGradient input) {
    if (input.isNeeded()) {
      weight.backward(grad, pass, input);
    }
  }

  @Override
  public boolean isTrainable() {
    return false;
  }
}
