package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/** A matrix in the computing type, as the base's files have it; it stays the caller's. */
record PlainWeight(NDArray matrix) implements FrozenWeight {
  @Override
  public NDArray product(NDArray x, NDArray bias, Pass pass) {
    return bias == null
        ? pass.tensor("linear", x, matrix)
        : pass.tensor("linear_bias", x, matrix, bias);
  }

  @Override
  public void backward(NDArray grad, Pass pass, InputGradient input) {
    input.addProduct(grad, matrix, pass);
  }

  @Override
  public Optional<NDArray> plain() {
    return Optional.of(matrix);
  }
}
