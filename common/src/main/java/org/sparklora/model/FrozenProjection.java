package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

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

  @Override
  public Optional<StepTensors> ofStep() {
    return weight
        .plain()
        .map(matrix -> bias == null ? new StepTensors(matrix) : new StepTensors(matrix, bias));
  }
}
