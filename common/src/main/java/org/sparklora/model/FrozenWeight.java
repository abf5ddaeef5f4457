package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * The matrix W (out, in) of a frozen projection, in the form in which it lies in memory: the one
 * place that knows the form. What else a projection is, its bias and the adapter around it, is the
 * same for every form.
 */
public interface FrozenWeight {
  /** x Wᵀ (tokens, out), with the bias added unless it is null. */
  NDArray product(NDArray x, NDArray bias, Pass pass);

  /** Adds grad W (tokens, in) to what is known of the gradient by the projection's input. */
  void backward(NDArray grad, Pass pass, InputGradient input);

  /** W in the computing type, where it lies like that; nothing in any other form. */
  Optional<NDArray> plain();
}
