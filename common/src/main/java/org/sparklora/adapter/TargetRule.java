package org.sparklora.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which linear modules an adapter's config names, as PEFT decides it. */
public final class TargetRule {
  private static final String ALL_LINEAR = "all-linear";

  private final ModuleNames targets;
  private final boolean all;
  private final ModuleNames excluded;
  private final Set<Integer> layers;
  private final List<PythonRegex> layerPatterns;

  private TargetRule(
      ModuleNames targets,
      boolean all,
      ModuleNames excluded,
      Set<Integer> layers,
      List<PythonRegex> layerPatterns) {
    this.targets = targets;
    this.all = all;
    this.excluded = excluded;
    this.layers = layers;
    this.layerPatterns = layerPatterns;
  }

  /** Full names or last parts. */
  public static TargetRule ofNames(List<String> names) {
    return new TargetRule(
        ModuleNames.of(names), false, ModuleNames.of(List.of()), Set.of(), List.of());
  }

  static TargetRule of(JsonNode config) {
    JsonNode targets = config.path("target_modules");
    boolean all = ALL_LINEAR.equalsIgnoreCase(targets.asText());
    return new TargetRule(
        all ? ModuleNames.of(List.of()) : ModuleNames.of("target_modules", targets),
        all,
        ModuleNames.of("exclude_modules", config.path("exclude_modules")),
        layers(config.path("layers_to_transform")),
        layerPatterns(config.path("layers_pattern")));
  }

  /** Whether it names this module of a base. */
  public boolean names(String module) {
    return !excluded.hold(module) && (all || targets.hold(module)) && isInLayers(module);
  }

  /** Whether it is a list of names and nothing more, as our own adapters have it. */
  boolean isPlain() {
    return !all
        && targets.regex() == null
        && excluded.equals(ModuleNames.of(List.of()))
        && layers.isEmpty();
  }

  private boolean isInLayers(String module) {
    if (layers.isEmpty() || all || targets.regex() != null || targets.names().contains(module)) {
      return true;
    }
    return layerPatterns.stream()
        .map(pattern -> pattern.firstGroup(module))
        .flatMap(Optional::stream)
        .findFirst()
        .map(number -> layers.contains(Integer.parseInt(number)))
        .orElse(false);
  }

  private static Set<Integer> layers(JsonNode value) {
    Set<Integer> layers = new TreeSet<>();
    if (value.isInt()) {
      layers.add(value.asInt());
    }
    value.forEach(layer -> layers.add(layer.asInt()));
    return layers;
  }

  private static List<PythonRegex> layerPatterns(JsonNode value) {
    List<String> names = new ArrayList<>();
    if (value.isTextual() && !value.asText().isEmpty()) {
      names.add(value.asText());
    }
    value.forEach(name -> names.add(name.asText()));
    if (names.isEmpty()) {
      names.add("[^.]*");
    }
    return names.stream()
        .map(name -> new PythonRegex("layers_pattern", ".*\\." + name + "\\.(\\d{1,9})\\."))
        .toList();
  }
}
