package org.sparklora.template.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.sparklora.template.python.Attributes;
import org.sparklora.template.python.Printing;
import org.sparklora.template.python.Types;
import org.sparklora.template.python.Undefined;

/** What a filter looks at in an item: an attribute such as {@code function.name}, or the item. */
final class ItemKey {
  private ItemKey() {}

  /**
   * What lies at one attribute.
   *
   * @param attribute a path of names and numbers, or null for the item itself
   * @param byDefault instead of what is missing; null leaves it so
   */
  static Function<Object, Object> of(Object attribute, boolean cased, Object byDefault) {
    List<Object> path = path(attribute);
    return item -> {
      Object value = item;
      for (Object step : path) {
        value = Attributes.element(value, step);
        value = byDefault != null && value instanceof Undefined ? byDefault : value;
      }
      return SequenceFilters.caseOf(value, cased);
    };
  }

  /** Several attributes, separated by commas, as one list to sort by. */
  static Function<Object, Object> ofAll(Object attribute, boolean cased) {
    List<Function<Object, Object>> keys = new ArrayList<>();
    if (Types.isText(attribute)) {
      for (String one : attribute.toString().split(",", -1)) {
        keys.add(of(one, cased, null));
      }
    } else {
      keys.add(of(attribute, cased, null));
    }
    return item -> {
      List<Object> all = new ArrayList<>();
      keys.forEach(key -> all.add(key.apply(item)));
      return all;
    };
  }

  private static List<Object> path(Object attribute) {
    if (attribute == null) {
      return List.of();
    }
    if (!Types.isText(attribute)) {
      return List.of(attribute);
    }
    List<Object> path = new ArrayList<>();
    for (String step : Printing.str(attribute).split("\\.", -1)) {
      path.add(step.matches("\\d{1,18}") ? (Object) Long.valueOf(step) : step);
    }
    return path;
  }
}
