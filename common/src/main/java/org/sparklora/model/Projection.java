package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/** A linear layer as the decoder sees it: the seam where adapters enter. */
public interface Projection {
  /** x (tokens, in) → (tokens, out); what the backward pass needs goes to the pass's tape. */
  NDArray forward(NDArray x, Pass pass);

  /** Leaves on the tape what {@link #forward} would, without making the output. */
  void replay(NDArray x, Pass pass);

  /** Takes its part from the tape and adds the gradient by its input to {@code input}. */
  void backward(NDArray grad, Pass pass, InputGradient input);

  /** Whether it has trainable parameters. */
  boolean isTrainable();

  /** Its tensors, where a kernel over a whole layer can do what it does while decoding. */
  default Optional<StepTensors> ofStep() {
    return Optional.empty();
  }
}
