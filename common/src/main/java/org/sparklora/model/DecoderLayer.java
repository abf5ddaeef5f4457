package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/**
 * One layer: attention and feed-forward, each behind a norm. The residual is the input itself, or,
 * for ChatGLM-6B, {@code scale} times the normalised input.
 */
final class DecoderLayer implements Layer {
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

  @Override
  public NDArray forward(NDArray x, Pass pass) {
    NDArray middle = throughAttention(x, pass);
    Pass rest = pass.ofWanted();
    NDArray normed = innerNorm.forward(middle, rest);
    return sum(feedForward.forward(normed, rest), isPlain() ? middle : normed, rest);
  }

  /** Fills the tape like {@link #forward}, without making the output. */
  void replay(NDArray x, Pass pass) {
    NDArray middle = throughAttention(x, pass);
    Pass rest = pass.ofWanted();
    feedForward.replay(innerNorm.forward(middle, rest), rest);
  }

  /** The gradient by x, or null when it is not needed. */
  NDArray backward(NDArray grad, boolean inputNeeded, Pass pass) {
    InputGradient inner = InputGradient.needed();
    Pass rest = pass.ofWanted();
    feedForward.backward(grad, rest, inner);
    NDArray middle = throughNorm(innerNorm, inner.sum(), grad, rest);
    InputGradient input = inputNeeded ? InputGradient.needed() : InputGradient.unneeded();
    attention.backward(middle, pass, input);
    return inputNeeded ? throughNorm(inputNorm, input.sum(), middle, pass) : null;
  }

  private NDArray throughAttention(NDArray x, Pass pass) {
    NDArray normed = inputNorm.forward(x, pass);
    NDArray change = attention.forward(normed, pass);
    return sum(change, pass.picked(isPlain() ? x : normed), pass);
  }

  private NDArray sum(NDArray change, NDArray residual, Pass pass) {
    pass.run("add_", change, residual, scale);
    return change;
  }

  /** {@code change}: gradient by the norm's output through the block; {@code grad}: by the sum. */
  private NDArray throughNorm(Normalisation norm, NDArray change, NDArray grad, Pass pass) {
    if (isPlain()) {
      NDArray dx = norm.backward(change, pass);
      add(dx, grad, 1.0, pass);
      return dx;
    }
    add(change, grad, scale, pass);
    return norm.backward(change, pass);
  }

  /** Adds to all tokens, or only to the wanted ones. */
  private static void add(NDArray target, NDArray x, double alpha, Pass pass) {
    if (pass.rows().wanted() == null) {
      pass.run("add_", target, x, alpha);
    } else {
      pass.run("add_at_", target, pass.rows().wanted(), x, alpha);
    }
  }

  private boolean isPlain() {
    return scale == 1;
  }
}
