package org.sparklora.model.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.FeedForwardForm;
import org.sparklora.model.spec.DecoderSpec.QkvLayout;

/** Names and shapes of all weights that a decoder needs, and its linear modules. */
public final class ModelShapes {
  private final DecoderSpec spec;
  private final WeightNames names;

  public ModelShapes(DecoderSpec spec) {
    this.spec = spec;
    this.names = spec.names();
  }

  /** Full weight name → shape, in the order of use. */
  public Map<String, List<Long>> weights() {
    long hidden = spec.size().hidden();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put(embedding() + ".weight", matrix(spec.size().vocabulary(), hidden));
    for (int layer = 0; layer < spec.size().layers(); layer++) {
      norm(inputNorm(layer), hidden, shapes);
      norm(innerNorm(layer), hidden, shapes);
      for (String name : headNorms(layer)) {
        norm(name, spec.attention().headSize(), shapes);
      }
      for (String name : outputNorms(layer)) {
        norm(name, hidden, shapes);
      }
    }
    for (LinearModule module : modules()) {
      shapes.put(module.name() + ".weight", matrix(module.outputs(), module.inputs()));
      if (hasBias(module)) {
        shapes.put(module.name() + ".bias", List.of((long) module.outputs()));
      }
    }
    norm(finalNorm(), hidden, shapes);
    if (!spec.head().tied()) {
      shapes.put(head().name() + ".weight", matrix(spec.size().vocabulary(), hidden));
    }
    return shapes;
  }

  /** The module that holds a row for each token. */
  public String embedding() {
    return names.embedding();
  }

  /** The norm before a layer's attention. */
  public String inputNorm(int layer) {
    return names.layer(layer, names.inputNorm());
  }

  /** The norm before a layer's feed-forward block. */
  public String innerNorm(int layer) {
    return names.layer(layer, names.innerNorm());
  }

  /** The norms of a layer's queries and keys, or none. */
  public List<String> headNorms(int layer) {
    return names.headNorms().stream().map(name -> names.layer(layer, name)).toList();
  }

  /** The norms behind a layer's attention and behind its feed-forward block, or none. */
  public List<String> outputNorms(int layer) {
    return Stream.of(names.attentionNorm(), names.feedForwardNorm())
        .filter(name -> !name.isEmpty())
        .map(name -> names.layer(layer, name))
        .toList();
  }

  /** The norm behind the last layer. */
  public String finalNorm() {
    return names.finalNorm();
  }

  /** What makes logits of the last states; it counts as behind the last layer. */
  public LinearModule head() {
    return new LinearModule(
        spec.size().layers(), names.head(), spec.size().hidden(), spec.size().vocabulary());
  }

  /** All linear modules, layer by layer, in the order in which they run. */
  public List<LinearModule> modules() {
    List<LinearModule> modules = new ArrayList<>();
    for (int layer = 0; layer < spec.size().layers(); layer++) {
      modules.addAll(qkv(layer));
      modules.add(attentionOut(layer));
      modules.addAll(feedForwardIn(layer));
      modules.add(feedForwardOut(layer));
    }
    return modules;
  }

  /** One module or three, by the layout of queries, keys and values. */
  public List<LinearModule> qkv(int layer) {
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

  /** The module behind a layer's attention. */
  public LinearModule attentionOut(int layer) {
    int inputs = spec.attention().heads() * spec.attention().headSize();
    return new LinearModule(
        layer, names.layer(layer, names.attentionOut()), inputs, spec.size().hidden());
  }

  /** One module or two, by the form of the feed-forward block. */
  public List<LinearModule> feedForwardIn(int layer) {
    boolean stacked = spec.feedForward().form() == FeedForwardForm.GATED_STACKED;
    int rows = spec.feedForward().inner() * (stacked ? 2 : 1);
    return names.feedForwardIn().stream()
        .map(n -> new LinearModule(layer, names.layer(layer, n), spec.size().hidden(), rows))
        .toList();
  }

  /** The module that ends a layer. */
  public LinearModule feedForwardOut(int layer) {
    return new LinearModule(
        layer,
        names.layer(layer, names.feedForwardOut()),
        spec.feedForward().inner(),
        spec.size().hidden());
  }

  /** Whether a module of a layer has a bias beside its weight. */
  public boolean hasBias(LinearModule module) {
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

  private void norm(String name, long size, Map<String, List<Long>> shapes) {
    shapes.put(name + ".weight", List.of(size));
    if (spec.norm().centred()) {
      shapes.put(name + ".bias", List.of(size));
    }
  }

  private static List<Long> matrix(long rows, long columns) {
    return List.of(rows, columns);
  }
}
