package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import org.sparklora.model.DecoderSpec.RotaryLayout;
import org.sparklora.model.PackedRows.Angles;

/** Turns queries and keys by their positions, in place. */
final class RotaryTurn {
  private final String kernel;

  RotaryTurn(RotaryLayout layout) {
    this.kernel = layout == RotaryLayout.PAIRS ? "rotate_pairs_" : "rotate_halves_";
  }

  /** x (tokens, heads, size). */
  void forward(NDArray x, Pass pass) {
    for (Angles angles : pass.rows().angles()) {
      pass.run(kernel, x, angles.cos(), angles.sin(), angles.offset());
    }
  }

  /** The backward of a turn is the turn back. */
  void backward(NDArray grad, Pass pass) {
    for (Angles angles : pass.rows().angles()) {
      pass.run(kernel, grad, angles.cos(), angles.minusSin(), angles.offset());
    }
  }
}
