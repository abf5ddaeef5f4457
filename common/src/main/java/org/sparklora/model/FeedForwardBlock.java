package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import org.sparklora.model.spec.DecoderSpec.FeedForward;
import org.sparklora.model.spec.DecoderSpec.FeedForwardForm;

/** out(activation(in(x))): silu or gelu, gated or not. */
final class FeedForwardBlock {
  private final FeedForward spec;
  private final Projection[] in;
  private final Projection out;

  FeedForwardBlock(FeedForward spec, Projection[] in, Projection out) {
    this.spec = spec;
    this.in = in;
    this.out = out;
  }

  /** x (tokens, hidden) → the same shape. */
  NDArray forward(NDArray x, Pass pass) {
    return out.forward(activation(x, pass), pass);
  }

  /** Fills the tape like {@link #forward}, without the last product. */
  void replay(NDArray x, Pass pass) {
    out.replay(activation(x, pass), pass);
  }

  void backward(NDArray grad, Pass pass, InputGradient input) {
    InputGradient inner = InputGradient.needed();
    out.backward(grad, pass, inner);
    NDArray[] kept = pass.tape().pop();
    NDArray[] grads = kept;
    if (spec.form() == FeedForwardForm.GELU) {
      grads = new NDArray[] {pass.tensor("gelu_backward", inner.sum(), kept[0])};
    } else {
      NDArray[] values = halves(kept, pass);
      pass.run(
          spec.form().isGelu() ? "gelu_gate_backward_" : "silu_gate_backward_",
          inner.sum(),
          values[0],
          values[1]);
    }
    for (int i = in.length - 1; i >= 0; i--) {
      in[i].backward(grads[i], pass, input);
    }
  }

  /** (tokens, hidden) → (tokens, inner); pushes what comes before the activation. */
  private NDArray activation(NDArray x, Pass pass) {
    NDArray[] parts = new NDArray[in.length];
    for (int i = 0; i < in.length; i++) {
      parts[i] = in[i].forward(x, pass);
    }
    pass.tape().push(parts);
    if (spec.form() == FeedForwardForm.GELU) {
      return pass.tensor("gelu", parts[0]);
    }
    NDArray[] values = halves(parts, pass);
    return pass.tensor(spec.form().isGelu() ? "gelu_gate" : "silu_gate", values[0], values[1]);
  }

  /** Gate and up: two matrices as they are, or the two halves of one. */
  private NDArray[] halves(NDArray[] parts, Pass pass) {
    if (parts.length == 2) {
      return parts;
    }
    return new NDArray[] {
      pass.tensor("columns", parts[0], 0, spec.inner()),
      pass.tensor("columns", parts[0], spec.inner(), spec.inner())
    };
  }
}
