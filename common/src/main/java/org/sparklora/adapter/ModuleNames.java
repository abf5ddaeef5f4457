package org.sparklora.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** How a config says a set of modules: names or their last parts, or one regular expression. */
record ModuleNames(List<String> names, PythonRegex regex) {
  /** {@code names} alone. */
  static ModuleNames of(List<String> names) {
    return new ModuleNames(List.copyOf(names), null);
  }

  /** A text is a regular expression, a list holds names; anything else holds none. */
  static ModuleNames of(String key, JsonNode value) {
    if (value.isTextual()) {
      return new ModuleNames(List.of(), new PythonRegex(key, value.asText()));
    }
    List<String> names = new ArrayList<>();
    value.forEach(name -> names.add(name.asText()));
    return of(names);
  }

  boolean hold(String module) {
    return regex == null ? names.stream().anyMatch(isOrEnds(module)) : regex.isWhole(module);
  }

  static Predicate<String> isOrEnds(String module) {
    return name -> module.equals(name) || module.endsWith("." + name);
  }
}
