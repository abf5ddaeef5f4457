package org.sparklora.template.builtin;

import java.util.HashMap;
import java.util.Map;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.RefusalKind;
import org.sparklora.template.python.Undefined;
import org.sparklora.template.python.WithAttributes;

/** {@code namespace(…)}: the only values that a template may change. */
public final class Namespace implements WithAttributes {
  private final Map<Object, Object> values = new HashMap<>();

  Namespace(Map<Object, Object> values) {
    values.forEach(
        (name, value) -> {
          refuseUnderscore(name);
          this.values.put(name, value);
        });
  }

  @Override
  public Object attribute(String name) {
    Object value = values.get(name);
    return value != null || values.containsKey(name) ? value : Undefined.attribute(this, name);
  }

  public void set(String name, Object value) {
    refuseUnderscore(name);
    values.put(name, value);
  }

  private static void refuseUnderscore(Object name) {
    if (name instanceof String text && text.startsWith("_")) {
      throw new Refusal(
          RefusalKind.FORBIDDEN_ATTRIBUTE,
          "a namespace cannot keep an attribute with an underscore in front: %s".formatted(name));
    }
  }
}
