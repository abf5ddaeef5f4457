package org.sparklora.template.python;

import java.util.List;
import java.util.Map;

/** Keys of mappings: Python finds {@code 1}, {@code 1.0} and {@code true} at the same place. */
public final class Keys {
  private Keys() {}

  /** The key under which {@code value} is looked up. */
  public static Object of(Object value) {
    if (value instanceof String) {
      return value;
    }
    if (value instanceof SafeText text) {
      return text.text();
    }
    if (value instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    if (value instanceof Double number && number == Math.rint(number)) {
      return number.longValue();
    }
    if (value instanceof List || value instanceof Map) {
      throw Refusal.type("unhashable type: '%s'".formatted(Types.name(value)));
    }
    if (value instanceof Tuple tuple) {
      tuple.items().forEach(Keys::of);
    }
    return value;
  }

  /** The key of a new entry; those that would print differently than they are kept are refused. */
  public static Object ofNew(Object value) {
    if (value instanceof Boolean || value instanceof Double) {
      throw Refusal.unsupported("a '%s' as key of a mapping".formatted(Types.name(value)));
    }
    return of(value);
  }
}
