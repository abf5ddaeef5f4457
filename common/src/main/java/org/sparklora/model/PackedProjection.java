package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/** A frozen linear layer with a packed weight; only forward. */
final class PackedProjection implements Projection {
  private final NDArray packed;
  private final NDArray bias;

  /** The bias may be null. The tensors stay the caller's. */
  PackedProjection(NDArray packed, NDArray bias) {
    this.packed = packed;
    this.bias = bias;
  }

  @Override
  public NDArray forward(NDArray x, Pass pass) {
    return bias == null
        ? pass.tensor("linear_packed", x, packed)
        : pass.tensor("linear_packed_bias", x, packed, bias);
  }

  @Override
  public void replay(NDArray x, Pass pass) {}

  @Override
  public void backward(NDArray grad, Pass pass, InputGradient input) {
    throw new UnsupportedOperationException("packed weights are for decoding");
  }

  @Override
  public boolean isTrainable() {
    return false;
  }
}
