package org.sparklora.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sparklora.adapter.Adapter;
import org.sparklora.model.Adaptation;
import org.sparklora.model.FrozenProjection;
import org.sparklora.model.Projection;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.tensor.Kernels;
import org.sparklora.weights.TensorValue;

/** Adds an adapter to the weights: W + scaling · B A, in the type of W. */
public final class MergedAdaptation implements Adaptation {
  private final Adapter adapter;
  private final NDManager owner;
  private final Kernels kernels;

  /** Merged weights belong to {@code owner}. */
  public MergedAdaptation(Adapter adapter, NDManager owner) {
    this.adapter = adapter;
    this.owner = owner;
    this.kernels = Kernels.load(owner);
  }

  @Override
  public Projection adapt(LinearModule module, FrozenProjection frozen) {
    TensorValue a = adapter.a(module.name());
    if (a == null) {
      return frozen;
    }
    try (NDManager scope = owner.newSubManager()) {
      NDArray merged =
          kernels.tensor(
              owner,
              "merged",
              frozen.weight().plain().orElseThrow(), // another form is merged by its own rule
              matrix(a, scope),
              matrix(adapter.b(module.name()), scope),
              adapter.config().scaling());
      return frozen.withWeight(merged);
    }
  }

  private static NDArray matrix(TensorValue value, NDManager scope) {
    return scope.create(value.floats(), new Shape(value.shape().get(0), value.shape().get(1)));
  }
}
