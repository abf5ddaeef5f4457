package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sparklora.model.PackedRows.Angles;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.FeedForwardForm;
import org.sparklora.model.spec.DecoderSpec.QkvLayout;
import org.sparklora.model.spec.DecoderSpec.RotaryLayout;
import org.sparklora.tensor.NativeTuple;

/**
 * A layer over the new tokens of a decoding step, adapters beside it: one kernel, because calls
 * cost as much as attention there. It must do what {@link DecoderLayer} does.
 */
final class FusedDecodeLayer implements Layer {
  private final int index;
  private final boolean windowed;
  private final NativeTuple weights;
  private final NativeTuple adapters;
  private final NativeTuple form;

  /** Native memory belongs to {@code owner}. */
  FusedDecodeLayer(LayerParts parts, DecoderSpec spec, NDManager owner) {
    this.index = parts.index();
    this.windowed = spec.window().of(index) > 0;
    this.weights =
        NativeTuple.of(
            owner,
            norms(parts),
            weights(parts.qkv()),
            weights(parts.attentionOut()),
            weights(parts.inner()),
            weights(parts.down()),
            parts.headNorms().weights());
    this.adapters =
        NativeTuple.of(
            owner,
            adapters(parts.qkv()),
            adapters(parts.attentionOut()),
            adapters(parts.inner()),
            adapters(parts.down()));
    this.form = Form.of(spec).on(owner);
  }

  /** What tells the layers of one model from another's. */
  private record Form(
      long[] heads,
      boolean perHead,
      boolean pairs,
      boolean gated,
      boolean gelu,
      double epsilon,
      double scoreScale,
      double residualScale) {
    static Form of(DecoderSpec spec) {
      Attention attention = spec.attention();
      return new Form(
          new long[] {attention.heads(), attention.groups(), attention.headSize()},
          attention.layout() == QkvLayout.PER_HEAD,
          spec.rotary().layout() == RotaryLayout.PAIRS,
          spec.feedForward().form() != FeedForwardForm.GELU,
          spec.feedForward().form().isGelu(),
          spec.norm().epsilon(),
          attention.scale(),
          spec.scales().residual());
    }

    NativeTuple on(NDManager owner) {
      return NativeTuple.of(
          owner, heads, perHead, pairs, gated, gelu, epsilon, scoreScale, residualScale);
    }
  }

  private static NDArray[][] norms(LayerParts parts) {
    return Stream.concat(
            Stream.of(parts.inputNorm(), parts.innerNorm()), Stream.of(parts.outputNorms()))
        .map(Normalisation::tensors)
        .toArray(NDArray[][]::new);
  }

  private static NDArray[][] weights(Projection... projections) {
    return tensors(StepTensors::weights, projections);
  }

  private static NDArray[][] adapters(Projection... projections) {
    return tensors(StepTensors::adapter, projections);
  }

  private static NDArray[][] tensors(
      Function<StepTensors, NDArray[]> part, Projection... projections) {
    return Arrays.stream(projections)
        .map(projection -> part.apply(projection.ofStep().orElseThrow()))
        .toArray(NDArray[][]::new);
  }

  @Override
  public NDArray forward(NDArray x, Pass pass) {
    List<Angles> angles = pass.rows().turns().of(windowed);
    CacheView cache = pass.cache().view(index);
    NDArray shares = pass.rows().shares();
    NDArray[] ofTokens = shares == null ? new NDArray[0] : new NDArray[] {shares};
    return pass.tensor(
        "layer_step",
        x,
        weights,
        adapters,
        ofTokens,
        form,
        angles.stream().flatMap(a -> Stream.of(a.cos(), a.sin())).toArray(NDArray[]::new),
        angles.stream().mapToLong(Angles::offset).toArray(),
        cache.keys(),
        cache.values(),
        cache.step().slots(),
        cache.step().mask(),
        cache.step().padding(),
        cache.step().bounds(),
        cache.step().lows(),
        cache.step().lengths());
  }
}
