package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorInfo;

/**
 * Brings stored tensors onto the device in the wanted type: mapped where they lie so already, else
 * converted tensor by tensor, with one slice in memory beside the result.
 */
final class WeightLoader implements AutoCloseable {
  private static final int SLICE = 64 << 20;

  private final BaseWeights base;
  private final Kernels kernels;
  private final NDManager owner;
  private final NDManager scratch;
  private final ElementType wanted;
  private final Mapping lasting;
  private final Mapping passing;
  private ByteBuffer slice;

  /** Results belong to {@code owner}; closing the loader frees everything else. */
  WeightLoader(BaseWeights base, NumberType type, Kernels kernels, NDManager owner) {
    this.base = base;
    this.kernels = kernels;
    this.owner = owner;
    this.scratch = owner.newSubManager();
    this.wanted = elementType(type);
    this.lasting = new Mapping(base.store(), kernels, owner);
    this.passing = new Mapping(base.store(), kernels, scratch);
  }

  static ElementType elementType(NumberType type) {
    return switch (type) {
      case FP32 -> ElementType.F32;
      case FP16 -> ElementType.F16;
      case BF16 -> ElementType.BF16;
    };
  }

  NDArray load(String name) {
    TensorInfo info = base.files().find(name).orElseThrow();
    if (Mapping.fits(base.store(), info, info.type())) {
      if (info.type() == wanted && !owner.getDevice().isGpu()) {
        return lasting.view(info);
      }
      return converted(passing.view(info));
    }
    return streamed(info);
  }

  @Override
  public void close() {
    scratch.close();
  }

  private NDArray converted(NDArray stored) {
    try (NDArray onDevice = owner.create(new Shape(1));
        stored) {
      return kernels.tensor(owner, "convert", stored, onDevice, wanted.torchCode());
    }
  }

  private NDArray streamed(TensorInfo info) {
    long elements = info.bytes() / info.type().bytes();
    NDArray flat;
    try (NDArray onDevice = owner.create(new Shape(1))) {
      flat = kernels.tensor(owner, "empty", onDevice, elements, wanted.torchCode());
    }
    int perSlice = SLICE / info.type().bytes();
    ByteBuffer buffer = slice((int) Math.min(SLICE, info.bytes()));
    for (long start = 0; start < elements; start += perSlice) {
      int count = (int) Math.min(perSlice, elements - start);
      buffer.clear().limit(count * info.type().bytes());
      base.files().readBytes(info, start * info.type().bytes(), buffer);
      buffer.flip();
      fill(flat, start, buffer, info.type());
    }
    NDArray shaped =
        kernels.tensor(
            owner, "strided", flat, Mapping.longs(info.shape()), Mapping.longs(info.strides()), 0);
    flat.close();
    return shaped;
  }

  /** One for all tensors: direct memory is only freed when the collector happens to run. */
  private ByteBuffer slice(int bytes) {
    if (slice == null || slice.capacity() < bytes) {
      slice = owner.allocateDirect(bytes);
    }
    return slice;
  }

  private void fill(NDArray flat, long start, ByteBuffer bytes, ElementType type) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray raw = scope.create(bytes, new Shape(bytes.remaining()), DataType.INT8);
      kernels.run("fill_", flat, start, raw, type.torchCode());
    }
  }
}
