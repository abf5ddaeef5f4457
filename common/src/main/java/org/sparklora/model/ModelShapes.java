package org.sparklora.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.model.DecoderSpec.Attention;
import org.sparklora.model.DecoderSpec.FeedForwardForm;
import org.sparklora.model.DecoderSpec.QkvLayout;

/** Names and shapes of all weights that a decoder needs, and its linear modules. */
final class ModelShapes {
  private final DecoderSpec spec;
  private final WeightNames names;

  ModelShapes(DecoderSpec spec) {
    this.spec = spec;
    this.names = spec.names();
  }

  /** Full weight name → shape, in the order of use. */
  Map<String, List<Long>> weights() {
    long hidden = spec.size().hidden();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put(names.embedding() + ".weight", matrix(spec.size().vocabulary(), hidden));
    for (int layer = 0; layer < spec.size().layers(); layer++) {
      norm(names.layer(layer, names.inputNorm()), shapes);
      norm(names.layer(layer, names.innerNorm()), shapes);
    }
    for (LinearModule module : modules()) {
      shapes.put(module.name() + ".weight", matrix(module.outputs(), module.inputs()));
      if (hasBias(module)) {
        shapes.put(module.name() + ".bias", List.of((long) module.outputs()));
      }
    }
    norm(names.finalNorm(), shapes);
    if (!spec.tiedHead()) {
      shapes.put(names.head() + ".weight", matrix(spec.size().vocabulary(), hidden));
    }
    return shapes;
  }

  /** All linear modules, layer by layer, in the order in which they run. */
  List<LinearModule> modules() {
    List<LinearModule> modules = new ArrayList<>();
    for (int layer = 0; layer < spec.size().layers(); layer++) {
      modules.addAll(qkv(layer));
      modules.add(attentionOut(layer));
      modules.addAll(feedForwardIn(layer));
      modules.add(feedForwardOut(layer));
    }
    return modules;
  }

  List<LinearModule> qkv(int layer) {
    Attention attention = spec.attention();
    int hidden = spec.size().hidden();
    List<LinearModule> modules = new ArrayList<>();
    for (int i = 0; i < names.qkv().size(); i++) {
      int heads = i == 0 ? attention.heads() : attention.groups();
      int rows =
          attention.layout() == QkvLayout.SEPARATE
              ? heads * attention.headSize()
              : (attention.heads() + 2 * attention.groups()) * attention.headSize();
      modules.add(new LinearModule(layer, names.layer(layer, names.qkv().get(i)), hidden, rows));
    }
    return modules;
  }

  LinearModule attentionOut(int layer) {
    int inputs = spec.attention().heads() * spec.attention().headSize();
    return new LinearModule(
        layer, names.layer(layer, names.attentionOut()), inputs, spec.size().hidden());
  }

  List<LinearModule> feedForwardIn(int layer) {
    boolean stacked = spec.feedForward().form() == FeedForwardForm.GATED_STACKED;
    int rows = spec.feedForward().inner() * (stacked ? 2 : 1);
    return names.feedForwardIn().stream()
        .map(n -> new LinearModule(layer, names.layer(layer, n), spec.size().hidden(), rows))
        .toList();
  }

  LinearModule feedForwardOut(int layer) {
    return new LinearModule(
        layer,
        names.layer(layer, names.feedForwardOut()),
        spec.feedForward().inner(),
        spec.size().hidden());
  }

  boolean hasBias(LinearModule module) {
    WeightNames n = names;
    for (String qkv : n.qkv()) {
      if (module.name().equals(n.layer(module.layer(), qkv))) {
        return spec.attention().qkvBias();
      }
    }
    if (module.name().equals(n.layer(module.layer(), n.attentionOut()))) {
      return spec.attention().outBias();
    }
    return spec.feedForward().bias();
  }

  private void norm(String name, Map<String, List<Long>> shapes) {
    shapes.put(name + ".weight", List.of((long) spec.size().hidden()));
    if (spec.norm().centred()) {
      shapes.put(name + ".bias", List.of((long) spec.size().hidden()));
    }
  }

  private static List<Long> matrix(long rows, long columns) {
    return List.of(rows, columns);
  }
}
