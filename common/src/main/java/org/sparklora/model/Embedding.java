package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/** A row for each token, times a factor in Gemma's models. */
record Embedding(NDArray table, double scale) {
  /** (tokens, hidden) */
  NDArray of(int[] ids, Pass pass) {
    NDArray x = pass.tensor("pick", table, HostNumbers.sent(ids, pass.scope(), pass.kernels()));
    if (scale != 1) {
      pass.run("scale_rounded_", x, scale);
    }
    return x;
  }
}
