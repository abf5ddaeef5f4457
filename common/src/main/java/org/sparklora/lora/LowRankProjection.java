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
  record Dropping(NDArray channelKeys, double threshold, double keptScale) {}

  @Override
  public NDArray forward(NDArray x, Pass pass) {
    NDArray y = frozen.forward(x, pass);
    NDArray down =
        pass.tensor("low_rank_", y, kept(x, pass), factors.a(), factors.b(), scale(pass));
    pass.tape().push(x, down);
    return y;
  }

  @Override
  public void replay(NDArray x, Pass pass) {
    pass.tape().push(x, pass.tensor("linear", kept(x, pass), factors.a()));
  }

  @Override
  public void backward(NDArray grad, Pass pass, InputGradient input) {
    NDArray[] saved = pass.tape().pop();
    frozen.backward(grad, pass, input);
    NDArray inner =
        pass.tensor(
            "low_rank_backward_",
            grad,
            kept(saved[0], pass),
            saved[1],
            factors.b(),
            factors.gradA(),
            factors.gradB(),
            scale(pass));
    if (input.isNeeded() && drops(pass)) {
      pass.run(
          "add_kept_",
          input.sum(),
          inner,
          factors.a(),
          pass.rows().dropoutKeys(),
          dropping.channelKeys(),
          dropping.threshold());
    } else if (input.isNeeded()) {
      input.addProduct(inner, factors.a(), pass);
    }
  }

  @Override
  public boolean isTrainable() {
    return true;
  }

  /** What dropout leaves of x; the mask is made again each time, which is cheaper than memory. */
  private NDArray kept(NDArray x, Pass pass) {
    return drops(pass)
        ? pass.tensor(
            "keep", x, pass.rows().dropoutKeys(), dropping.channelKeys(), dropping.threshold())
        : x;
  }

  private boolean drops(Pass pass) {
    return dropping != null && pass.rows().dropoutKeys() != null;
  }

  private double scale(Pass pass) {
    return drops(pass) ? scale * dropping.keptScale() : scale;
  }
}
