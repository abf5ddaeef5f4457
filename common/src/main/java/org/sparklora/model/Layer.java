package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A layer of the decoder as a pass runs it. */
interface Layer {
  /** x (tokens, hidden) → the same shape, or only the wanted tokens. */
  NDArray forward(NDArray x, Pass pass);

  /** The same, leaving nothing in the pass's scope but the output. */
  default NDArray output(NDArray x, Pass pass) {
    try (NDManager inner = pass.scope().newSubManager()) {
      NDArray y = forward(x, pass.in(inner));
      y.attach(pass.scope());
      return y;
    }
  }
}
