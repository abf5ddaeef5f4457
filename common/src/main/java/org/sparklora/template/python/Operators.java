package org.sparklora.template.python;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code + - * / // % **} on values of any type. */
public final class Operators {
  private Operators() {}

  /**
   * The result of {@code a operator b}.
   *
   * @param budget is charged before anything of some size is made
   */
  public static Object apply(String operator, Object a, Object b, Budget budget) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.apply(operator, a, b);
    }
    refuseUndefined(a);
    if (operator.equals("%") && Types.isText(a)) {
      return budget.charged(PercentFormat.format(a.toString(), b, budget));
    }
    refuseUndefined(b);
    Object result =
        switch (operator) {
          case "+" -> sum(a, b, budget);
          case "*" -> product(a, b, budget);
          default -> null;
        };
    if (result == null) {
      throw Refusal.type(
          "unsupported operand types for %s: '%s' and '%s'"
              .formatted(operator, Types.name(a), Types.name(b)));
    }
    return result;
  }

  public static Object negative(Object value) {
    if (value instanceof Double number) {
      return -number;
    }
    return Numbers.apply("-", 0L, number(value, "-"));
  }

  public static boolean isWrittenWithMinus(Object value) {
    return Numbers.isNumber(value) && Printing.str(value).startsWith("-");
  }

  public static Object positive(Object value) {
    return value instanceof Double ? value : (Object) Numbers.index(number(value, "+"));
  }

  private static Object number(Object value, String operator) {
    refuseUndefined(value);
    if (!Numbers.isNumber(value)) {
      throw Refusal.type(
          "bad operand type for unary %s: '%s'".formatted(operator, Types.name(value)));
    }
    return value;
  }

  private static void refuseUndefined(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.refusal();
    }
  }

  private static Object sum(Object a, Object b, Budget budget) {
    if (a instanceof String left && b instanceof String right) {
      budget.charge((long) left.length() + right.length());
      return left.concat(right);
    }
    if (Types.isText(a) && Types.isText(b)) {
      return new SafeText(budget.charged(escaped(a) + escaped(b)));
    }
    if (isList(a) && isList(b)) {
      return joined((List<?>) a, (List<?>) b, budget);
    }
    if (a instanceof Tuple left && b instanceof Tuple right) {
      return new Tuple(joined(left.items(), right.items(), budget));
    }
    return null;
  }

  private static boolean isList(Object value) {
    return value instanceof List && !(value instanceof Range);
  }

  private static String escaped(Object text) {
    return text instanceof SafeText safe ? safe.text() : SafeText.escape(text.toString());
  }

  private static List<Object> joined(List<?> a, List<?> b, Budget budget) {
    budget.charge(4L * (a.size() + b.size()));
    List<Object> out = new ArrayList<>(a.size() + b.size());
    out.addAll(a);
    out.addAll(b);
    return out;
  }

  private static Object product(Object a, Object b, Budget budget) {
    Object items = Numbers.isWhole(a) ? b : a;
    Object count = Numbers.isWhole(a) ? a : b;
    if (!Numbers.isWhole(count) || items instanceof Range || items instanceof Map) {
      return null;
    }
    long times = Math.max(0, Numbers.index(count));
    if (Types.isText(items)) {
      budget.chargeProduct(items.toString().length(), times);
      String text = items.toString().repeat((int) times);
      return items instanceof SafeText ? new SafeText(text) : text;
    }
    if (items instanceof List<?> list) {
      return repeated(list, times, budget);
    }
    return items instanceof Tuple tuple ? new Tuple(repeated(tuple.items(), times, budget)) : null;
  }

  private static List<Object> repeated(List<?> items, long times, Budget budget) {
    budget.chargeProduct(4L * items.size(), times);
    List<Object> out = new ArrayList<>();
    for (long i = 0; i < times && !items.isEmpty(); i++) {
      out.addAll(items);
    }
    return out;
  }
}
