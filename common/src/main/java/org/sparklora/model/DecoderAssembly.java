package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.model.LayerStep.Projections;
import org.sparklora.tensor.Kernels;

/** Builds a decoder from a base's weights, with adapters put around its projections. */
final class DecoderAssembly {
  private final DecoderSpec spec;
  private final ModelShapes shapes;
  private final WeightLoader weights;
  private final Adaptation adaptation;
  private final NDManager owner;
  private int lowestTrained;

  private DecoderAssembly(
      DecoderSpec spec, WeightLoader weights, Adaptation adaptation, NDManager owner) {
    this.spec = spec;
    this.shapes = new ModelShapes(spec);
    this.weights = weights;
    this.adaptation = adaptation;
    this.owner = owner;
    this.lowestTrained = spec.size().layers();
  }

  static Decoder build(
      BaseWeights given, ComputeOptions options, NDManager owner, Adaptation adaptation) {
    try (Kernels kernels = Kernels.load(owner);
        BaseWeights base = ConvertedWeights.of(given, options, kernels, owner);
        WeightLoader loader = new WeightLoader(base, options, kernels, owner)) {
      DecoderAssembly assembly = new DecoderAssembly(given.spec(), loader, adaptation, owner);
      return new Decoder(assembly.parts(options), new SharedMemory(owner));
    }
  }

  private DecoderParts parts(ComputeOptions options) {
    NDArray embedding = weight(spec.names().embedding());
    List<DecoderLayer> layers = new ArrayList<>();
    for (int i = 0; i < spec.size().layers(); i++) {
      layers.add(layer(i));
    }
    NDArray head = spec.tiedHead() ? embedding : weight(spec.names().head());
    return new DecoderParts(spec, options.type(), embedding, layers, head(head), lowestTrained);
  }

  private LossHead head(NDArray weight) {
    LinearModule module =
        new LinearModule(
            spec.size().layers(),
            spec.names().head(),
            spec.size().hidden(),
            spec.size().vocabulary());
    Projection projection = adaptation.adapt(module, new FrozenProjection(weight, null));
    return new LossHead(norm(spec.names().finalNorm()), weight, projection);
  }

  private DecoderLayer layer(int i) {
    Projections own =
        new Projections(
            projections(shapes.qkv(i)),
            projection(shapes.attentionOut(i)),
            projections(shapes.feedForwardIn(i)),
            projection(shapes.feedForwardOut(i)));
    Normalisation[] norms = {
      norm(spec.names().layer(i, spec.names().inputNorm())),
      norm(spec.names().layer(i, spec.names().innerNorm()))
    };
    RotaryTurn turn = new RotaryTurn(spec.rotary().layout());
    return new DecoderLayer(
        spec.residualScale(),
        norms[0],
        new AttentionBlock(i, spec.attention(), turn, own.qkv(), own.out()),
        norms[1],
        new FeedForwardBlock(spec.feedForward(), own.inner(), own.down()),
        LayerStep.of(i, spec, norms, own, owner));
  }

  private Projection[] projections(List<LinearModule> modules) {
    return modules.stream().map(this::projection).toArray(Projection[]::new);
  }

  private Projection projection(LinearModule module) {
    NDArray bias = shapes.hasBias(module) ? weights.load(module.name() + ".bias") : null;
    FrozenProjection frozen = new FrozenProjection(weight(module.name()), bias);
    Projection used = adaptation.adapt(module, frozen);
    if (used.isTrainable()) {
      lowestTrained = Math.min(lowestTrained, module.layer());
    }
    return used;
  }

  private Normalisation norm(String name) {
    NDArray bias = spec.norm().centred() ? weights.load(name + ".bias") : null;
    return new Normalisation(spec.norm().epsilon(), weight(name), bias);
  }

  private NDArray weight(String module) {
    return weights.load(module + ".weight");
  }
}
