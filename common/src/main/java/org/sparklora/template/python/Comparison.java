package org.sparklora.template.python;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code == < in} on values of any type. */
public final class Comparison {
  private Comparison() {}

  public static boolean equal(Object a, Object b) {
    if (a == b) {
      return !(a instanceof Double number && number.isNaN());
    }
    if (a == null || b == null) {
      return false;
    }
    if (Types.isText(a) && Types.isText(b)) {
      return a.toString().equals(b.toString());
    }
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return compareNumbers(a, b) == 0;
    }
    if (a instanceof Undefined && b instanceof Undefined) {
      return true;
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return equalMaps(x, y);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return a instanceof Range == b instanceof Range && equalItems(x, y);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return equalItems(x.items(), y.items());
    }
    return a instanceof BigInteger && a.equals(b);
  }

  private static boolean equalItems(List<?> a, List<?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    Iterator<?> others = b.iterator();
    for (Object item : a) {
      if (!equal(item, others.next())) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalMaps(Map<?, ?> a, Map<?, ?> b) {
    return a.size() == b.size()
        && a.entrySet().stream()
            .allMatch(e -> b.containsKey(e.getKey()) && equal(e.getValue(), b.get(e.getKey())));
  }

  /** Below 0, 0 or above 0, for the operators of order; NaN is refused. */
  public static int order(Object a, Object b) {
    if (Types.isText(a) && Types.isText(b)) {
      return CodePoints.compare(a.toString(), b.toString());
    }
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return compareNumbers(a, b);
    }
    if (isList(a) && isList(b)) {
      return orderItems((List<?>) a, (List<?>) b);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return orderItems(x.items(), y.items());
    }
    for (Object value : new Object[] {a, b}) {
      if (value instanceof Undefined undefined) {
        throw undefined.refusal();
      }
    }
    throw Refusal.type("no order between '%s' and '%s'".formatted(Types.name(a), Types.name(b)));
  }

  private static boolean isList(Object value) {
    return value instanceof List && !(value instanceof Range);
  }

  private static int orderItems(List<?> a, List<?> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!equal(a.get(i), b.get(i))) {
        return order(a.get(i), b.get(i));
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private static int compareNumbers(Object a, Object b) {
    if (Numbers.isWhole(a) && Numbers.isWhole(b)) {
      return Long.compare(Numbers.index(a), Numbers.index(b));
    }
    double x = Numbers.floating(a);
    double y = Numbers.floating(b);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      throw Refusal.unsupported("comparing with nan");
    }
    return x == y ? 0 : Double.compare(x, y);
  }

  /** {@code item in container}. */
  public static boolean contains(Object container, Object item) {
    if (Types.isText(container)) {
      if (!Types.isText(item)) {
        throw Refusal.type(
            "'in <string>' requires a string as left operand, not %s".formatted(Types.name(item)));
      }
      return container.toString().contains(item.toString());
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(Keys.of(item));
    }
    if (container instanceof DictView || container instanceof Generator) {
      return any(Sizes.items(container), item);
    }
    if (!Sizes.isIterable(container)) {
      throw Refusal.type("argument of type '%s' is not iterable".formatted(Types.name(container)));
    }
    return any(Sizes.items(container), item);
  }

  private static boolean any(Iterator<Object> items, Object wanted) {
    while (items.hasNext()) {
      if (equal(items.next(), wanted)) {
        return true;
      }
    }
    return false;
  }

  /** {@code is sameas}: where identity does not hang on how Python stores a value. */
  public static boolean same(Object a, Object b) {
    boolean single = a == null || a instanceof Boolean || b == null || b instanceof Boolean;
    if (single) {
      return Objects.equals(a, b);
    }
    if (Types.isText(a) || Numbers.isNumber(a)) {
      throw Refusal.unsupported("sameas on '%s'".formatted(Types.name(a)));
    }
    return a == b;
  }
}
