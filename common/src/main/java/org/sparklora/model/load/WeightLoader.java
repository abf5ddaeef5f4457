package org.sparklora.model.load;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.sparklora.screen.ByteProgress;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorInfo;

/**
 * Brings stored tensors onto the device in the wanted type: mapped where they are stored in it or
 * only the GPU will read them, else streamed.
 */
public final class WeightLoader implements AutoCloseable {
  private final BaseWeights base;
  private final ComputeOptions options;
  private final Kernels kernels;
  private final NDManager owner;
  private final NDManager scratch;
  private final ElementType wanted;
  private final Mapping lasting;
  private final Mapping passing;
  private final ByteProgress progress;
  private TensorStream stream;

  /** Results belong to {@code owner}; closing the loader frees everything else. */
  public WeightLoader(BaseWeights base, ComputeOptions options, Kernels kernels, NDManager owner) {
    this.base = base;
    this.options = options;
    this.kernels = kernels;
    this.owner = owner;
    this.scratch = owner.newSubManager();
    this.wanted = elementType(options.type());
    this.lasting = new Mapping(base.store(), kernels, owner);
    this.passing = new Mapping(base.store(), kernels, scratch);
    this.progress =
        ByteProgress.of(
            "loading weights", base.needed().stream().mapToLong(TensorInfo::bytes).sum());
  }

  static ElementType elementType(NumberType type) {
    return switch (type) {
      case FP32 -> ElementType.F32;
      case FP16 -> ElementType.F16;
      case BF16 -> ElementType.BF16;
    };
  }

  /** A tensor that the decoder needs, once. */
  public NDArray load(String name) {
    TensorInfo info = base.files().find(name).orElseThrow();
    if (!isMapped(info)) {
      return stream().load(name);
    }
    NDArray mapped = owner.getDevice().isGpu() ? converted(passing.view(info)) : lasting.view(info);
    progress.add(info.bytes());
    return mapped;
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
    scratch.close();
    progress.close();
  }

  private boolean isMapped(TensorInfo info) {
    ElementType type = owner.getDevice().isGpu() ? info.type() : wanted;
    return Mapping.fits(base.store(), info, type);
  }

  private TensorStream stream() {
    if (stream == null) {
      List<TensorInfo> streamed = base.needed().stream().filter(info -> !isMapped(info)).toList();
      stream = new TensorStream(base, streamed, options, kernels, owner, progress);
    }
    return stream;
  }

  private NDArray converted(NDArray stored) {
    try (NDArray onDevice = owner.create(new Shape(1));
        stored) {
      return kernels.tensor(owner, "convert", stored, onDevice, wanted.torchCode());
    }
  }
}
