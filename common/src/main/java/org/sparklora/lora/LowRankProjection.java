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

  /** The masks to choose from (windows, in), and what chooses together with a token's key. */
  record Dropping(NDArray windows, int key, double keptScale) {}

  @Override
  public NDArray forward(NDArray x, Pass pass) {
    NDArray y = frozen.forward(x, pass);
    NDArray down = down(x, pass);
    pass.run("add_low_rank_", y, down, factors.b(), scale(pass));
    pass.tape().push(x, down);
    return y;
  }

  @Override
  public void replay(NDArray x, Pass pass) {
    pass.tape().push(x, down(x, pass));
  }

  @Override
  public void backward(NDArray grad, Pass pass, InputGradient input) {
    NDArray[] saved = pass.tape().pop();
    frozen.backward(grad, pass, input);
    NDArray inner =
        pass.tensor(
            "low_rank_backward_", grad, saved[1], factors.b(), factors.gradB(), scale(pass));
    if (drops(pass)) {
      backwardDropped(inner, saved[0], pass, input);
      return;
    }
    pass.run("add_gradient_", factors.gradA(), inner, saved[0], 1.0);
    if (input.isNeeded()) {
      input.addProduct(inner, factors.a(), pass);
    }
  }

  private void backwardDropped(NDArray inner, NDArray x, Pass pass, InputGradient input) {
    NDArray[] below = input.isNeeded() ? new NDArray[] {input.sum()} : new NDArray[0];
    pass.run(
        "dropped_backward_",
        factors.gradA(),
        below,
        inner,
        x,
        factors.a(),
        dropping.windows(),
        pass.rows().dropoutKeys(),
        dropping.key());
  }

  @Override
  public boolean isTrainable() {
    return true;
  }

  /** dropout(x) Aᵀ (tokens, rank); the factor of the kept channels is part of the scale. */
  private NDArray down(NDArray x, Pass pass) {
    if (!drops(pass)) {
      return pass.tensor("linear", x, factors.a());
    }
    NDArray tokens = pass.rows().dropoutKeys();
    return pass.tensor(
        "linear_dropped", x, factors.a(), dropping.windows(), tokens, dropping.key());
  }

  private boolean drops(Pass pass) {
    return dropping != null && pass.rows().dropoutKeys() != null;
  }

  private double scale(Pass pass) {
    return drops(pass) ? scale * dropping.keptScale() : scale;
  }
}
