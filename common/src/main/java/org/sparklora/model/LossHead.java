package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import org.sparklora.evaluation.Score;
import org.sparklora.memory.LossChunk;

/** Final norm, output matrix and summed cross-entropy, only where there is a label. */
final class LossHead {
  private final Normalisation norm;
  private final NDArray weight;
  private final Projection projection;
  private final int chunk;

  /**
   * The weight (vocabulary, hidden) stays the caller's; the projection does the same where no loss
   * is wanted.
   */
  LossHead(Normalisation norm, NDArray weight, Projection projection) {
    this.norm = norm;
    this.weight = weight;
    this.projection = projection;
    this.chunk = LossChunk.positions(weight.getShape().get(0), weight.getDevice().isGpu());
  }

  /** The labels (N), and as many positions or more: those with a label and then some without. */
  record Labels(NDArray positions, NDArray ids) {}

  /** The score of x, the tokens at the positions of the labels. */
  Score score(NDArray x, Labels labels, Pass pass) {
    NDArray normed = norm.forward(x, pass);
    double[] sums = pass.tensor("score", normed, weight, labels.ids(), chunk).toDoubleArray();
    return new Score(sums[0], labels.ids().size(), Math.round(sums[1]));
  }

  /** Σ NLL, and {@code scale} times its gradient by x, which belongs to the pass's scope. */
  LossGradient gradient(NDArray x, Labels labels, double scale, Pass pass) {
    NDArray normed = norm.forward(x, pass);
    NDArray[] result = pass.tensors("loss_gradient", normed, weight, labels.ids(), scale, chunk);
    return new LossGradient(result[0], norm.backward(result[1], pass));
  }

  /** The sum is a scalar on the device: reading it waits for the device. */
  record LossGradient(NDArray sum, NDArray grad) {}

  /** Logits (n, vocabulary) of x (n, hidden), in the computing type. */
  NDArray logits(NDArray x, Pass pass) {
    return projection.forward(norm.forward(x, pass), pass);
  }

  /** x (n, hidden) behind the final norm. */
  NDArray normed(NDArray x, Pass pass) {
    return norm.forward(x, pass);
  }
}
