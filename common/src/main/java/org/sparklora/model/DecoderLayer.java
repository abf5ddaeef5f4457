package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/**
 * One layer: attention and feed-forward, each behind a norm. The residual is the input itself, or,
 * for ChatGLM-6B, {@code scale} times the normalised input.
 */
final class DecoderLayer {
  private final double scale;
  private final Normalisation inputNorm;
  private final AttentionBlock attention;
  private final Normalisation innerNorm;
  private final FeedForwardBlock feedForward;

  /** A scale of 1 means the plain residual. */
  DecoderLayer(
      double scale,
      Normalisation inputNorm,
      AttentionBlock attention,
      Normalisation innerNorm,
      FeedForwardBlock feedForward) {
    this.scale = scale;
    this.inputNorm = inputNorm;
    this.attention = attention;
    this.innerNorm = innerNorm;
    this.feedForward = feedForward;
  }

  /** x (tokens, hidden) → the same shape. */
  NDArray forward(NDArray x, Pass pass) {
    NDArray middle = throughAttention(x, pass);
    NDArray normed = innerNorm.forward(middle, pass);
    return residual(middle, normed, feedForward.forward(normed, pass), pass);
  }

  /** Fills the tape like {@link #forward}, without making the output. */
  void replay(NDArray x, Pass pass) {
    NDArray middle = throughAttention(x, pass);
    feedForward.replay(innerNorm.forward(middle, pass), pass);
  }

  /** The gradient by x, or null when it is not needed. */
  NDArray backward(NDArray grad, boolean inputNeeded, Pass pass) {
    InputGradient inner = InputGradient.needed();
    feedForward.backward(grad, pass, inner);
    NDArray middle = throughNorm(innerNorm, inner.sum(), grad, pass);
    InputGradient input = inputNeeded ? InputGradient.needed() : InputGradient.unneeded();
    attention.backward(middle, pass, input);
    return inputNeeded ? throughNorm(inputNorm, input.sum(), middle, pass) : null;
  }

  private NDArray throughAttention(NDArray x, Pass pass) {
    NDArray normed = inputNorm.forward(x, pass);
    return residual(x, normed, attention.forward(normed, pass), pass);
  }

  private NDArray residual(NDArray x, NDArray normed, NDArray change, Pass pass) {
    pass.run("add_", change, isPlain() ? x : normed, scale);
    return change;
  }

  /** {@code change}: gradient by the norm's output through the block; {@code grad}: by the sum. */
  private NDArray throughNorm(Normalisation norm, NDArray change, NDArray grad, Pass pass) {
    if (isPlain()) {
      NDArray dx = norm.backward(change, pass);
      pass.run("add_", dx, grad, 1.0);
      return dx;
    }
    pass.run("add_", change, grad, scale);
    return norm.backward(change, pass);
  }

  private boolean isPlain() {
    return scale == 1;
  }
}
