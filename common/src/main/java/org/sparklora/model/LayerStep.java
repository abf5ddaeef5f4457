package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Optional;
import org.sparklora.model.DecoderSpec.Attention;
import org.sparklora.model.DecoderSpec.FeedForwardForm;
import org.sparklora.model.DecoderSpec.QkvLayout;
import org.sparklora.model.DecoderSpec.RotaryLayout;
import org.sparklora.tensor.NativeTuple;

/** A layer whose projections are all frozen, over the new tokens of a decoding step: one kernel. */
final class LayerStep {
  private final int layer;
  private final NativeTuple weights;
  private final NativeTuple form;

  private LayerStep(int layer, NativeTuple weights, NativeTuple form) {
    this.layer = layer;
    this.weights = weights;
    this.form = form;
  }

  /** A layer's linear layers by their place in it. */
  record Projections(Projection[] qkv, Projection out, Projection[] inner, Projection down) {
    /** In the order of the components; empty where an adapter is in between. */
    Optional<NDArray[][][]> frozen() {
      Projection[][] all = {qkv, {out}, inner, {down}};
      if (!Arrays.stream(all)
          .flatMap(Arrays::stream)
          .allMatch(FrozenProjection.class::isInstance)) {
        return Optional.empty();
      }
      return Optional.of(Arrays.stream(all).map(Projections::tensors).toArray(NDArray[][][]::new));
    }

    private static NDArray[][] tensors(Projection[] projections) {
      return Arrays.stream(projections)
          .map(projection -> ((FrozenProjection) projection).tensors())
          .toArray(NDArray[][]::new);
    }
  }

  /** Empty when a projection is not frozen. Native memory belongs to {@code owner}. */
  static Optional<LayerStep> of(
      int layer,
      DecoderSpec spec,
      Normalisation[] norms,
      Projections projections,
      NDManager owner) {
    return projections
        .frozen()
        .map(
            frozen ->
                new LayerStep(
                    layer,
                    NativeTuple.of(
                        owner,
                        Arrays.stream(norms).map(Normalisation::tensors).toArray(NDArray[][]::new),
                        frozen[0],
                        frozen[1],
                        frozen[2],
                        frozen[3]),
                    form(spec, owner)));
  }

  private static NativeTuple form(DecoderSpec spec, NDManager owner) {
    Attention attention = spec.attention();
    return NativeTuple.of(
        owner,
        new long[] {attention.heads(), attention.groups(), attention.headSize()},
        attention.layout() == QkvLayout.PER_HEAD,
        spec.rotary().layout() == RotaryLayout.PAIRS,
        spec.feedForward().form() != FeedForwardForm.GELU,
        spec.norm().epsilon(),
        spec.residualScale());
  }

  /** x (tokens, hidden) → the same shape. */
  NDArray forward(NDArray x, Pass pass) {
    return pass.cache().step(layer, x, weights, form, pass);
  }
}
