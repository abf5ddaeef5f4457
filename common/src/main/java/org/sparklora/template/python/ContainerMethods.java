package org.sparklora.template.python;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sparklora.template.python.Arguments.Bound;

/** Methods of mappings, lists, tuples and numbers; those that would change one are forbidden. */
public final class ContainerMethods {
  private static final Set<String> MAPPING =
      Set.of("copy", "fromkeys", "get", "items", "keys", "values");
  private static final Set<String> CHANGE_MAPPING =
      Set.of("clear", "pop", "popitem", "setdefault", "update");
  private static final Set<String> ANY_OF_MAPPING = new HashSet<>(MAPPING);

  static {
    ANY_OF_MAPPING.addAll(CHANGE_MAPPING);
  }

  private static final Set<String> LIST = Set.of("copy", "count", "index");
  private static final Set<String> CHANGE_LIST =
      Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");
  private static final Set<String> TUPLE = Set.of("count", "index");
  private static final Set<String> RANGE = Set.of("count", "index", "start", "step", "stop");
  private static final Set<String> NUMBER =
      Set.of(
          "as_integer_ratio",
          "bit_count",
          "bit_length",
          "conjugate",
          "denominator",
          "from_bytes",
          "fromhex",
          "hex",
          "imag",
          "is_integer",
          "numerator",
          "real",
          "to_bytes");

  private ContainerMethods() {}

  /** Whether mappings have a method of this name, be it a forbidden one. */
  static boolean isOfMapping(String name) {
    return ANY_OF_MAPPING.contains(name);
  }

  public static boolean has(Object owner, String name) {
    return names(owner).contains(name);
  }

  private static Set<String> names(Object owner) {
    if (owner instanceof Map) {
      return MAPPING;
    }
    if (owner instanceof Range) {
      return RANGE;
    }
    if (owner instanceof List) {
      return LIST;
    }
    if (owner instanceof Tuple) {
      return TUPLE;
    }
    return owner instanceof Number || owner instanceof Boolean ? NUMBER : Set.of();
  }

  /** Whether the method would change {@code owner}, which the sandbox forbids. */
  public static boolean changes(Object owner, String name) {
    return owner instanceof Map
        ? CHANGE_MAPPING.contains(name)
        : owner instanceof List && !(owner instanceof Range) && CHANGE_LIST.contains(name);
  }

  public static Object call(Object owner, String name, Arguments arguments) {
    if (owner instanceof Map<?, ?> map) {
      return ofMapping(map, name, arguments);
    }
    if (owner instanceof Tuple tuple) {
      return ofList(tuple.items(), name, arguments);
    }
    if (owner instanceof List<?> list && !(owner instanceof Range)) {
      return ofList(list, name, arguments);
    }
    throw Refusal.unsupported("%s of a '%s'".formatted(name, Types.name(owner)));
  }

  private static Object ofMapping(Map<?, ?> map, String name, Arguments arguments) {
    if (name.equals("get")) {
      Bound bound = arguments.bind(name, "key", "default");
      Object key = Keys.of(bound.value(0));
      return map.containsKey(key) ? map.get(key) : bound.value(1, null);
    }
    if (name.equals("fromkeys")) {
      throw Refusal.unsupported("dict.fromkeys");
    }
    arguments.bind(name);
    return switch (name) {
      case "items" -> new DictView("dict_items", pairs(map));
      case "keys" -> new DictView("dict_keys", new ArrayList<>(map.keySet()));
      case "values" -> new DictView("dict_values", new ArrayList<>(map.values()));
      default -> new LinkedHashMap<>(map);
    };
  }

  /** Keys and values as tuples. */
  public static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>(map.size());
    map.forEach((key, value) -> pairs.add(Tuple.of(key, value)));
    return pairs;
  }

  private static Object ofList(List<?> list, String name, Arguments arguments) {
    if (name.equals("copy")) {
      arguments.bind(name);
      return new ArrayList<>(list);
    }
    Object wanted = arguments.bind(name, "value").value(0);
    long count = 0;
    for (int i = 0; i < list.size(); i++) {
      if (Comparison.equal(list.get(i), wanted)) {
        if (name.equals("index")) {
          return (long) i;
        }
        count++;
      }
    }
    if (name.equals("index")) {
      throw Refusal.type("the value is not in the list");
    }
    return count;
  }
}
