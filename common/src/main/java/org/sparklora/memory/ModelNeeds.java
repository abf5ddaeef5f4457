package org.sparklora.memory;

import java.util.List;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.model.spec.ModelShapes;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.Processor;

/**
 * About how many bytes training needs on its device: the same for any batch, and for each token
 * that is computed at once, with activations kept or computed again.
 */
public final class ModelNeeds {
  /**
   * libtorch with its libraries; on a GPU they are in the context, which {@link Room} takes off.
   */
  private static final long ENGINE = 512L << 20;

  private static final int TRAINED_ROWS = 4; // values, gradient, two moments, in fp32
  private static final int MASK_NUMBERS = 1 << 20; // dropout's row of ones and zeros
  private static final int LOSS_COPIES = 2; // fp32 numbers per logit, beside the logit

  private final DecoderSpec spec;
  private final NumberType type;
  private final boolean gpu;
  private final List<LinearModule> adapted;
  private final int rank;

  /** With low-rank matrices on these modules. */
  public ModelNeeds(
      DecoderSpec spec,
      NumberType type,
      Processor processor,
      List<LinearModule> adapted,
      int rank) {
    this.spec = spec;
    this.type = type;
    this.gpu = processor == Processor.GPU;
    this.adapted = List.copyOf(adapted);
    this.rank = rank;
  }

  /** All of it, for so many tokens at once. */
  public long bytes(long tokens, Activations activations) {
    return fixed() + tokens * perToken(activations);
  }

  /** The most tokens at once for which {@code room} bytes suffice; 0 if there are none. */
  public int mostTokens(long room, Activations activations) {
    long tokens = Math.max(0, room - fixed()) / perToken(activations);
    return (int) Math.min(Integer.MAX_VALUE, tokens);
  }

  /** Weights, adapter, and the logits of a part of the positions. */
  public long fixed() {
    return (gpu ? 0 : ENGINE) + weights() + adapter() + loss();
  }

  /** What lies in the host's pinned memory, through which a GPU is read and written. */
  public long pinned() {
    return gpu ? TRAINED_ROWS * Float.BYTES * adapterValues() : 0;
  }

  /** Of one token. */
  public long perToken(Activations activations) {
    return switch (activations) {
      case KEPT -> keptOfLayer() * spec.size().layers() + working();
      case COMPUTED_AGAIN ->
          (long) spec.size().layers() * spec.size().hidden() * type.bytes()
              + keptOfLayer()
              + working();
    };
  }

  private long weights() {
    long matrix = (long) spec.size().vocabulary() * spec.size().hidden();
    long outer = matrix * (spec.head().tied() ? 1 : 2) + (spec.head().normalised() ? matrix : 0);
    long linear =
        spec.linearModules().stream().mapToLong(m -> (long) m.inputs() * m.outputs()).sum();
    return (outer + linear) * type.bytes();
  }

  private long adapterValues() {
    return adapted.stream().mapToLong(m -> (long) rank * (m.inputs() + m.outputs())).sum();
  }

  private long adapter() {
    int copy = type == NumberType.FP32 ? 0 : type.bytes();
    return adapterValues() * (TRAINED_ROWS * Float.BYTES + copy)
        + (long) MASK_NUMBERS * type.bytes();
  }

  private long loss() {
    long logits =
        (long) LossChunk.positions(spec.size().vocabulary(), gpu) * spec.size().vocabulary();
    return logits * (type.bytes() + LOSS_COPIES * Float.BYTES);
  }

  /** What a layer leaves for its backward pass; adapters keep the inputs of their modules, too. */
  private long keptOfLayer() {
    long kept = spec.keptPerToken() / spec.size().layers();
    ModelShapes shapes = new ModelShapes(spec);
    long inner = isAdapted(shapes.feedForwardIn(0)) ? spec.size().hidden() : 0;
    long down = isAdapted(List.of(shapes.feedForwardOut(0))) ? spec.feedForward().inner() : 0;
    return (kept + inner + down) * type.bytes();
  }

  private boolean isAdapted(List<LinearModule> ofFirstLayer) {
    return ofFirstLayer.stream()
        .anyMatch(m -> adapted.stream().anyMatch(a -> a.shortName().equals(m.shortName())));
  }

  /** What lives while a layer is run backwards, at most: gradients, and what they are made of. */
  private long working() {
    long heads = (long) spec.attention().heads() * spec.attention().headSize();
    long groups = (long) spec.attention().groups() * spec.attention().headSize();
    long numbers =
        3L * spec.feedForward().inner() + 8L * spec.size().hidden() + 3 * (heads + 2 * groups);
    return numbers * type.bytes() + heads * Float.BYTES; // attention sums its gradients in fp32
  }
}
