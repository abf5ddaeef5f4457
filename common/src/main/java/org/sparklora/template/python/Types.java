package org.sparklora.template.python;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Python's names of types, and which values have a truth, a length, a number. */
public final class Types {
  private Types() {}

  public static String name(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Map) {
      return "dict";
    }
    if (value instanceof Range) {
      return "range";
    }
    if (value instanceof List) {
      return "list";
    }
    return isInteger(value) ? "int" : otherName(value);
  }

  private static String otherName(Object value) {
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof SafeText) {
      return "Markup";
    }
    if (value instanceof DictView view) {
      return view.kind();
    }
    return value instanceof Tuple ? "tuple" : value.getClass().getSimpleName();
  }

  /** Python's {@code int} without {@code bool}. */
  public static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof BigInteger;
  }

  public static boolean isText(Object value) {
    return value instanceof String || value instanceof SafeText;
  }

  public static boolean truth(Object value) {
    if (value instanceof Boolean known) {
      return known;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value == null) {
      return false;
    }
    if (value instanceof Undefined undefined) {
      undefined.allow();
      return false;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    return !Sizes.hasLength(value) || Sizes.length(value) > 0;
  }
}
