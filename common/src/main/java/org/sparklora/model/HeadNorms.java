package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/** Norms over each head's query and each head's key, in families that have them. */
final class HeadNorms {
  private final Normalisation[] norms;
  private final int headSize;

  /** Of queries and of keys, or none. */
  HeadNorms(Normalisation[] norms, int headSize) {
    this.norms = norms;
    this.headSize = headSize;
  }

  /** The weight of each norm. */
  NDArray[] weights() {
    return Arrays.stream(norms).map(Normalisation::weight).toArray(NDArray[]::new);
  }

  /** Puts the normalised queries and keys (tokens, columns) in place of these. */
  void forward(NDArray[] parts, Pass pass) {
    for (int i = 0; i < norms.length; i++) {
      NDArray normed = norms[i].forward(pass.tensor("head_rows", parts[i], headSize), pass);
      parts[i] = pass.tensor("token_rows", normed, parts[i].getShape().get(0));
    }
  }

  /** Turns the gradients by the normalised values into those by the values, in place. */
  void backward(NDArray[] grads, Pass pass) {
    for (int i = norms.length - 1; i >= 0; i--) {
      norms[i].backward(pass.tensor("head_rows", grads[i], headSize), pass);
    }
  }
}
