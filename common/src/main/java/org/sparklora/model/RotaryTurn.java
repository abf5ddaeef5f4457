package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import org.sparklora.model.PackedRows.Angles;
import org.sparklora.model.spec.DecoderSpec.RotaryLayout;

/** Turns queries and keys by their positions, in place. */
final class RotaryTurn {
  private final boolean pairs;
  private final boolean windowed;

  /** Layers with a window have angles of their own. */
  RotaryTurn(RotaryLayout layout, boolean windowed) {
    this.pairs = layout == RotaryLayout.PAIRS;
    this.windowed = windowed;
  }

  /** x (tokens, heads, size). */
  void forward(NDArray x, Pass pass) {
    for (Angles angles : pass.rows().turns().of(windowed)) {
      turn(x, angles.cos(), angles.sin(), angles.offset(), pass);
    }
  }

  /** The backward of a turn is the turn back. */
  void backward(NDArray grad, Pass pass) {
    for (Angles angles : pass.rows().turns().of(windowed)) {
      turn(grad, angles.cos(), angles.minusSin(), angles.offset(), pass);
    }
  }

  private void turn(NDArray x, NDArray cos, NDArray sin, int offset, Pass pass) {
    pass.run(pairs ? "rotate_pairs_" : "rotate_halves_", x, cos, sin, offset);
  }
}
