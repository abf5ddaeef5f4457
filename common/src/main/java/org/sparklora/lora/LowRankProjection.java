package org.sparklora.lora;

import ai.djl.ndarray.NDArray;
import org.sparklora.model.InputGradient;
import org.sparklora.model.Pass;
import org.sparklora.model.Projection;

/** y = frozen(x) + scale · (dropout(x) Aᵀ) Bᵀ. */
final class LowRankProjection implements Projection {
  private final Projection frozen;
  private final Factors factors;
  private final double scale;
  private final Dropping dropping;

  LowRankProjection(Projection frozen, Factors factors, double scale, Dropping dropping) {
    this.frozen = frozen;
    this.factors = factors;
    this.scale = scale;
    this.dropping = dropping;
  }

  /**
   * Views of the flat rows: A (rank, in) and B (out, rank) in the computing type, their gradients
   * in fp32.
   */
  record Factors(NDArray a, NDArray b, NDArray gradA, NDArray gradB) {}

  /** Channel keys (1, in) and threshold of the dropout mask. */
  record Dropping(NDArray channelKeys, long threshold, double keptScale) {}

  @Override
  public NDArray forward(NDArray x, Pass pass) {
    NDArray y = frozen.forward(x, pass);
    boolean drops = drops(pass);
    NDArray mask = drops ? mask(pass) : null;
    NDArray kept = drops ? pass.tensor("keep", x, mask) : x;
    NDArray down = pass.tensor("low_rank_", y, kept, factors.a(), factors.b(), scale(pass));
    push(x, down, mask, pass);
    return y;
  }

  @Override
  public void replay(NDArray x, Pass pass) {
    boolean drops = drops(pass);
    NDArray mask = drops ? mask(pass) : null;
    NDArray kept = drops ? pass.tensor("keep", x, mask) : x;
    push(x, pass.tensor("linear", kept, factors.a()), mask, pass);
  }

  @Override
  public void backward(NDArray grad, Pass pass, InputGradient input) {
    NDArray[] saved = pass.tape().pop();
    frozen.backward(grad, pass, input);
    NDArray x = saved[0];
    boolean drops = drops(pass);
    NDArray kept = drops ? pass.tensor("keep", x, saved[2]) : x;
    NDArray inner =
        pass.tensor(
            "low_rank_backward_",
            grad,
            kept,
            saved[1],
            factors.b(),
            factors.gradA(),
            factors.gradB(),
            scale(pass));
    if (input.isNeeded() && drops) {
      pass.run("add_kept_", input.sum(), inner, factors.a(), saved[2]);
    } else if (input.isNeeded()) {
      input.addProduct(inner, factors.a(), pass);
    }
  }

  @Override
  public boolean isTrainable() {
    return true;
  }

  private static void push(NDArray x, NDArray down, NDArray mask, Pass pass) {
    if (mask == null) {
      pass.tape().push(x, down);
    } else {
      pass.tape().push(x, down, mask);
    }
  }

  private NDArray mask(Pass pass) {
    return pass.tensor(
        "dropout_mask", pass.rows().dropoutKeys(), dropping.channelKeys(), dropping.threshold());
  }

  private boolean drops(Pass pass) {
    return dropping != null && pass.rows().dropoutKeys() != null;
  }

  private double scale(Pass pass) {
    return drops(pass) ? scale * dropping.keptScale() : scale;
  }
}
