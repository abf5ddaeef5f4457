package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/** Layer norm with bias, or RMS norm, with frozen weights. */
final class Normalisation {
  private final double epsilon;
  private final NDArray weight;
  private final NDArray bias;

  /** The bias is null for RMS norm. The tensors stay the caller's. */
  Normalisation(double epsilon, NDArray weight, NDArray bias) {
    this.epsilon = epsilon;
    this.weight = weight;
    this.bias = bias;
  }

  /** The weight, or weight and bias. */
  NDArray[] tensors() {
    return bias == null ? new NDArray[] {weight} : new NDArray[] {weight, bias};
  }

  NDArray weight() {
    return weight;
  }

  /** x (tokens, hidden) → the same shape. */
  NDArray forward(NDArray x, Pass pass) {
    NDArray[] result =
        bias == null
            ? pass.tensors("rms_norm", x, weight, epsilon)
            : pass.tensors("layer_norm", x, weight, bias, epsilon);
    NDArray[] kept = result.clone();
    kept[0] = x;
    pass.tape().push(kept);
    return result[0];
  }

  /** The gradient by x; takes the place of {@code grad}. */
  NDArray backward(NDArray grad, Pass pass) {
    NDArray[] kept = pass.tape().pop();
    if (bias == null) {
      pass.run("rms_norm_backward_", grad, kept[0], kept[1], weight);
      return grad;
    }
    return pass.tensor("layer_norm_backward", grad, kept[0], kept[1], kept[2], weight, bias);
  }
}
