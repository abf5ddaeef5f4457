package org.sparklora.template.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.Types;

/**
 * Arguments as they are written; {@code more} and {@code moreNamed} stand behind {@code *} and
 * {@code **}, or are null.
 */
public record ArgumentList(
    List<Expression> given, Map<String, Expression> named, Expression more, Expression moreNamed) {
  public static final ArgumentList NONE = new ArgumentList(List.of(), Map.of(), null, null);

  Arguments values(Scope scope) {
    if (more == null && moreNamed == null) {
      if (named.isEmpty()) {
        return given.isEmpty()
            ? Arguments.NONE
            : new Arguments(Expressions.valuesOf(given, scope), Map.of());
      }
      return new Arguments(Expressions.valuesOf(given, scope), namedValues(scope));
    }
    List<Object> values = new ArrayList<>(Expressions.valuesOf(given, scope));
    Map<String, Object> byName = namedValues(scope);
    if (more != null) {
      Sizes.items(more.value(scope)).forEachRemaining(values::add);
    }
    if (moreNamed != null) {
      addNamed(moreNamed.value(scope), byName);
    }
    return new Arguments(values, byName);
  }

  private Map<String, Object> namedValues(Scope scope) {
    Map<String, Object> values = new LinkedHashMap<>();
    named.forEach((name, value) -> values.put(name, value.value(scope)));
    return values;
  }

  private static void addNamed(Object mapping, Map<String, Object> values) {
    if (!(mapping instanceof Map<?, ?> map)) {
      throw Refusal.type("argument after ** must be a mapping, not " + Types.name(mapping));
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name) || values.containsKey(name)) {
        throw Refusal.type("names of arguments are texts, each given once");
      }
      values.put(name, entry.getValue());
    }
  }
}
