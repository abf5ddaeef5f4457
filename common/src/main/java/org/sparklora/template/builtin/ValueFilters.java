package org.sparklora.template.builtin;

import java.util.List;
import java.util.Map;
import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Arguments.Bound;
import org.sparklora.template.python.Attributes;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.JsonText;
import org.sparklora.template.python.NumberTexts;
import org.sparklora.template.python.Operators;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.Tuple;
import org.sparklora.template.python.Types;
import org.sparklora.template.python.Undefined;

/** Filters of single values: JSON, numbers, defaults. */
final class ValueFilters {
  private ValueFilters() {}

  static void addTo(Map<String, Filter> filters) {
    filters.put("tojson", ValueFilters::toJson);
    filters.put("default", (v, a, b) -> orDefault(v, a));
    filters.put("d", (v, a, b) -> orDefault(v, a));
    filters.put("length", (v, a, b) -> length("length", v, a));
    filters.put("count", (v, a, b) -> length("count", v, a));
    filters.put("int", (v, a, b) -> whole(v, a));
    filters.put("float", (v, a, b) -> floating(v, a));
    filters.put("abs", ValueFilters::absolute);
    filters.put("round", (v, a, b) -> round(v, a));
    filters.put("attr", (v, a, b) -> attribute(v, a));
  }

  private static Object toJson(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    String json =
        JsonText.of(
            value,
            bound.truth(0, false),
            indentation(bound, budget),
            separators(bound.value(2, null)),
            bound.truth(3, false));
    return budget.charged(json);
  }

  private static String indentation(Bound bound, Budget budget) {
    Object indent = bound.value(1, null);
    if (indent == null || Types.isText(indent)) {
      return indent == null ? null : indent.toString();
    }
    long width = Math.max(0, bound.number(1, 0));
    budget.charge(width);
    return " ".repeat((int) width);
  }

  private static List<String> separators(Object given) {
    if (given == null) {
      return null;
    }
    List<?> pair =
        given instanceof Tuple tuple ? tuple.items() : given instanceof List<?> l ? l : List.of();
    if (pair.size() != 2 || !pair.stream().allMatch(Types::isText)) {
      throw Refusal.type("tojson needs two texts as separators");
    }
    return pair.stream().map(Object::toString).toList();
  }

  private static Object orDefault(Object value, Arguments arguments) {
    Bound bound = arguments.bind("default", "default_value", "boolean");
    boolean missing = value instanceof Undefined || (bound.truth(1, false) && !Types.truth(value));
    return missing ? bound.value(0, "") : value;
  }

  private static Object length(String name, Object value, Arguments arguments) {
    arguments.bind(name);
    return Sizes.length(value);
  }

  /** Of a text that is no number the default, never a fault. */
  private static Object whole(Object value, Arguments arguments) {
    Bound bound = arguments.bind("int", "default", "base");
    if (value instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (Types.isText(value)) {
      Long number = NumberTexts.whole(value.toString(), (int) bound.number(1, 10));
      Double floating = number != null ? null : NumberTexts.floating(value.toString());
      boolean finite = floating != null && !Double.isNaN(floating) && !Double.isInfinite(floating);
      return number != null
          ? number
          : finite ? NumberTexts.truncated(floating) : bound.value(0, 0L);
    }
    if (value instanceof Double number) {
      boolean finite = !Double.isNaN(number) && !Double.isInfinite(number);
      return finite ? NumberTexts.truncated(number) : bound.value(0, 0L);
    }
    return value instanceof Boolean flag
        ? (Object) (flag ? 1L : 0L)
        : Types.isInteger(value) ? value : bound.value(0, 0L);
  }

  private static Object floating(Object value, Arguments arguments) {
    Bound bound = arguments.bind("float", "default");
    if (value instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (Types.isText(value)) {
      Double number = NumberTexts.floating(value.toString());
      return number != null ? number : bound.value(0, 0.0);
    }
    if (value instanceof Boolean flag) {
      return flag ? 1.0 : 0.0;
    }
    return value instanceof Number number ? number.doubleValue() : bound.value(0, 0.0);
  }

  private static Object absolute(Object value, Arguments arguments, Budget budget) {
    arguments.bind("abs");
    Object number = Operators.positive(value);
    boolean negative = number instanceof Double floating ? floating < 0 : (Long) number < 0;
    return negative ? Operators.negative(number) : number;
  }

  private static Object round(Object value, Arguments arguments) {
    Bound bound = arguments.bind("round", "precision", "method");
    if (value instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    String method = bound.has(1) ? bound.text(1) : "common";
    if (!List.of("common", "ceil", "floor").contains(method)) {
      throw Refusal.type("method must be common, ceil or floor");
    }
    if (!(value instanceof Number) && !(value instanceof Boolean)) {
      throw Refusal.type("round needs a number, not '%s'".formatted(Types.name(value)));
    }
    return NumberTexts.round(value, (int) bound.number(0, 0), method);
  }

  /** An attribute only, never a key. */
  private static Object attribute(Object value, Arguments arguments) {
    String name = arguments.bind("attr", "name").text(0);
    return value instanceof Map<?, ?> map && map.containsKey(name)
        ? Undefined.attribute(value, name)
        : Attributes.attribute(value, name);
  }
}
