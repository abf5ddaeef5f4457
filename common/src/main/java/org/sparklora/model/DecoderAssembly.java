package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ConvertedWeights;
import org.sparklora.model.load.WeightLoader;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.DecoderSpec.NormForm;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.model.spec.ModelShapes;
import org.sparklora.tensor.Kernels;

/**
 * Builds the parts of a decoder from a base's weights, with adapters put around its projections.
 */
final class DecoderAssembly {
  private final DecoderSpec spec;
  private final ModelShapes shapes;
  private final WeightLoader weights;
  private final Adaptation adaptation;
  private final Kernels kernels;
  private final NDManager owner;
  private int lowestTrained;

  private DecoderAssembly(
      DecoderSpec spec,
      WeightLoader weights,
      Adaptation adaptation,
      Kernels kernels,
      NDManager owner) {
    this.spec = spec;
    this.kernels = kernels;
    this.shapes = new ModelShapes(spec);
    this.weights = weights;
    this.adaptation = adaptation;
    this.owner = owner;
    this.lowestTrained = spec.size().layers();
  }

  /** Native memory belongs to {@code owner}. */
  static DecoderParts build(
      BaseWeights given, ComputeOptions options, NDManager owner, Adaptation adaptation) {
    try (Kernels kernels = Kernels.load(owner);
        BaseWeights base = ConvertedWeights.of(given, options, kernels, owner);
        WeightLoader loader = new WeightLoader(base, options, kernels, owner)) {
      return new DecoderAssembly(given.spec(), loader, adaptation, kernels, owner).parts(options);
    }
  }

  private DecoderParts parts(ComputeOptions options) {
    NDArray embedding = weight(shapes.embedding());
    List<DecoderLayer> layers = new ArrayList<>();
    List<Layer> stepLayers = new ArrayList<>();
    for (int i = 0; i < spec.size().layers(); i++) {
      LayerParts own = layerParts(i);
      DecoderLayer layer = layer(own);
      layers.add(layer);
      stepLayers.add(own.isOneStep() ? new FusedDecodeLayer(own, spec, owner) : layer);
    }
    LossHead head = head(spec.head().tied() ? embedding : weight(shapes.head().name()));
    Embedding scaled = new Embedding(embedding, spec.scales().embedding());
    return new DecoderParts(spec, options.type(), scaled, layers, stepLayers, head, lowestTrained);
  }

  private LossHead head(NDArray read) {
    NDArray weight = spec.head().normalised() ? kernels.tensor(owner, "unit_rows", read) : read;
    FrozenWeight stored = new PlainWeight(weight);
    Projection projection = adaptation.adapt(shapes.head(), new FrozenProjection(stored, null));
    return new LossHead(norm(shapes.finalNorm()), weight, projection);
  }

  private LayerParts layerParts(int i) {
    return new LayerParts(
        i,
        norm(shapes.inputNorm(i)),
        projections(shapes.qkv(i)),
        new HeadNorms(norms(shapes.headNorms(i)), spec.attention().headSize()),
        projection(shapes.attentionOut(i)),
        norm(shapes.innerNorm(i)),
        projections(shapes.feedForwardIn(i)),
        projection(shapes.feedForwardOut(i)),
        norms(shapes.outputNorms(i)));
  }

  private DecoderLayer layer(LayerParts own) {
    return new DecoderLayer(
        spec.scales().residual(),
        own.inputNorm(),
        new AttentionBlock(own, spec),
        own.innerNorm(),
        new FeedForwardBlock(spec.feedForward(), own.inner(), own.feedForwardEnd()));
  }

  private Projection[] projections(List<LinearModule> modules) {
    return modules.stream().map(this::projection).toArray(Projection[]::new);
  }

  private Projection projection(LinearModule module) {
    NDArray bias = shapes.hasBias(module) ? weights.load(module.name() + ".bias") : null;
    FrozenProjection frozen = new FrozenProjection(stored(module), bias);
    Projection used = adaptation.adapt(module, frozen);
    if (used.isTrainable()) {
      lowestTrained = Math.min(lowestTrained, module.layer());
    }
    return used;
  }

  /** The weight of a projection in the form in which it stays in memory. */
  private FrozenWeight stored(LinearModule module) {
    return new PlainWeight(weight(module.name()));
  }

  private Normalisation[] norms(List<String> names) {
    return names.stream().map(this::norm).toArray(Normalisation[]::new);
  }

  private Normalisation norm(String name) {
    NDArray bias = spec.norm().centred() ? weights.load(name + ".bias") : null;
    NDArray stored = weight(name);
    boolean onePlus = spec.norm().form() == NormForm.RMS_ONE_PLUS;
    NDArray weight = onePlus ? kernels.tensor(owner, "one_plus", stored) : stored;
    return new Normalisation(spec.norm().epsilon(), weight, bias);
  }

  private NDArray weight(String module) {
    return weights.load(module + ".weight");
  }
}
