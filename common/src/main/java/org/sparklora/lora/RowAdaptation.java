package org.sparklora.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.sparklora.adapter.Adapter;
import org.sparklora.model.Adaptation;
import org.sparklora.model.FrozenProjection;
import org.sparklora.model.InputGradient;
import org.sparklora.model.Pass;
import org.sparklora.model.Projection;
import org.sparklora.model.StepTensors;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;
import org.sparklora.weights.TensorValue;

/**
 * Keeps an adapter beside the weights, of which each row of a batch takes its own share of each
 * rank: adapters that lie side by side in it can answer different rows. Only for answering.
 */
public final class RowAdaptation implements Adaptation {
  private final Adapter adapter;
  private final NumberType type;
  private final NDManager owner;
  private final Kernels kernels;

  /**
   * The matrices belong to {@code owner}.
   *
   * @param adapter with a scaling of 1
   */
  public RowAdaptation(Adapter adapter, NumberType type, NDManager owner) {
    this.adapter = adapter;
    this.type = type;
    this.owner = owner;
    this.kernels = Kernels.load(owner);
  }

  @Override
  public Projection adapt(LinearModule module, FrozenProjection frozen) {
    TensorValue a = adapter.a(module.name());
    return a == null
        ? frozen
        : new SharedProjection(frozen, matrix(a), matrix(adapter.b(module.name())));
  }

  private NDArray matrix(TensorValue value) {
    Shape shape = new Shape(value.shape().get(0), value.shape().get(1));
    try (NDArray wide = owner.create(value.floats(), shape)) {
      return kernels.tensor(owner, "cast", wide, type.code());
    }
  }

  /** y = frozen(x) + (x Aᵀ · shares) Bᵀ. */
  private record SharedProjection(Projection frozen, NDArray a, NDArray b) implements Projection {
    @Override
    public NDArray forward(NDArray x, Pass pass) {
      NDArray y = frozen.forward(x, pass);
      NDArray shares = pass.rows().shares();
      if (shares != null) {
        pass.run("add_shared_", y, x, a, b, shares);
      }
      return y;
    }

    @Override
    public void replay(NDArray x, Pass pass) {}

    @Override
    public void backward(NDArray grad, Pass pass, InputGradient input) {
      throw new IllegalStateException("it is only for answering");
    }

    @Override
    public boolean isTrainable() {
      return false;
    }

    @Override
    public Optional<StepTensors> ofStep() {
      return frozen.ofStep().map(own -> own.beside(a, b));
    }
  }
}
