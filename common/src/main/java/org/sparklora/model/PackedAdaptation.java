package org.sparklora.model;

import ai.djl.ndarray.NDManager;
import org.sparklora.tensor.Kernels;

/**
 * Copies frozen weights into the layout that the CPU multiplies fastest with few tokens, as
 * decoding does. The copies are private to the process: it no longer shares mapped weights with
 * others, and has no backward pass through them.
 */
public final class PackedAdaptation implements Adaptation {
  private final Adaptation inner;
  private final NDManager owner;
  private final Kernels kernels;

  /** Packs what {@code inner} leaves frozen; the copies belong to {@code owner}. */
  public PackedAdaptation(Adaptation inner, NDManager owner) {
    this.inner = inner;
    this.owner = owner;
    this.kernels = Kernels.load(owner);
  }

  @Override
  public Projection adapt(LinearModule module, FrozenProjection frozen) {
    Projection adapted = inner.adapt(module, frozen);
    return adapted instanceof FrozenProjection plain ? packed(plain) : adapted;
  }

  private Projection packed(FrozenProjection plain) {
    return new PackedProjection(kernels.tensor(owner, "pack", plain.weight()), plain.bias());
  }
}
