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
    NDArray[] mask = mask(x, pass);
    NDArray kept = kept(x, mask, pass);
    NDArray down = pass.tensor("low_rank_", y, kept, factors.a(), factors.b(), scale(pass));
    push(x, down, mask, pass);
    return y;
  }

  @Override
  public void replay(NDArray x, Pass pass) {
    NDArray[] mask = mask(x, pass);
    push(x, pass.tensor("linear", kept(x, mask, pass), factors.a()), mask, pass);
  }

  @Override
  public void backward(NDArray grad, Pass pass, InputGradient input) {
    NDArray[] mask = pass.tape().pop();
    NDArray[] saved = pass.tape().pop();
    frozen.backward(grad, pass, input);
    NDArray inner =
        pass.tensor(
            "low_rank_backward_",
            grad,
            kept(saved[0], mask, pass),
            saved[1],
            factors.b(),
            factors.gradA(),
            factors.gradB(),
            scale(pass));
    if (input.isNeeded() && drops(pass)) {
      pass.run("add_kept_", input.sum(), inner, factors.a(), mask[0]);
    } else if (input.isNeeded()) {
      input.addProduct(inner, factors.a(), pass);
    }
  }

  @Override
  public boolean isTrainable() {
    return true;
  }

  private static void push(NDArray x, NDArray down, NDArray[] mask, Pass pass) {
    pass.tape().push(x, down);
    pass.tape().push(mask);
  }

  /** The dropout mask (tokens, in), or nothing: making it costs more than any use of it. */
  private NDArray[] mask(NDArray x, Pass pass) {
    if (!drops(pass)) {
      return new NDArray[0];
    }
    NDArray tokens = pass.rows().dropoutKeys();
    return new NDArray[] {
      pass.tensor("dropout_mask", x, tokens, dropping.channelKeys(), dropping.threshold())
    };
  }

  private NDArray kept(NDArray x, NDArray[] mask, Pass pass) {
    return mask.length > 0 ? pass.tensor("keep", x, mask[0]) : x;
  }

  private boolean drops(Pass pass) {
    return dropping != null && pass.rows().dropoutKeys() != null;
  }

  private double scale(Pass pass) {
    return drops(pass) ? scale * dropping.keptScale() : scale;
  }
}
