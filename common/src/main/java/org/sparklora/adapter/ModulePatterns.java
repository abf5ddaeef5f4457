package org.sparklora.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code rank_pattern} or {@code alpha_pattern}: numbers for some modules, by name, last part or
 * regular expression; the first that matches counts.
 */
record ModulePatterns(List<Entry> entries) {
  /** The number of the modules that this pattern names. */
  record Entry(PythonRegex pattern, double number) {}

  static ModulePatterns of(String key, JsonNode value) {
    List<Entry> entries = new ArrayList<>();
    for (var entry : value.properties()) {
      PythonRegex pattern = new PythonRegex(key, "(.*\\.)?(" + entry.getKey() + ")");
      entries.add(new Entry(pattern, entry.getValue().asDouble()));
    }
    return new ModulePatterns(List.copyOf(entries));
  }

  double of(String module, double otherwise) {
    return entries.stream()
        .filter(entry -> entry.pattern().isWhole(module))
        .mapToDouble(Entry::number)
        .findFirst()
        .orElse(otherwise);
  }
}
