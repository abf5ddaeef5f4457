package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/** A projection with a norm behind it: the last one of a block in Gemma's models. */
final class NormedProjection implements Projection {
  private final Projection inner;
  private final Normalisation norm;

  NormedProjection(Projection inner, Normalisation norm) {
    this.inner = inner;
    this.norm = norm;
  }

  @Override
  public NDArray forward(NDArray x, Pass pass) {
    return norm.forward(inner.forward(x, pass), pass);
  }

  /** The norm's backward needs the projection's output. */
  @Override
  public void replay(NDArray x, Pass pass) {
    forward(x, pass);
  }

  @Override
  public void backward(NDArray grad, Pass pass, InputGradient input) {
    NDArray own = pass.tensor("copied", grad); // the norm writes over it, and the residual needs it
    inner.backward(norm.backward(own, pass), pass, input);
  }

  @Override
  public boolean isTrainable() {
    return inner.isTrainable();
  }
}
