package org.sparklora.template.builtin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.Callable;
import org.sparklora.template.python.Casing;
import org.sparklora.template.python.Comparison;
import org.sparklora.template.python.Keys;
import org.sparklora.template.python.Operators;
import org.sparklora.template.python.Printing;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.RefusalKind;
import org.sparklora.template.python.SafeText;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.Tuple;
import org.sparklora.template.python.Types;
import org.sparklora.template.python.Undefined;

/** The tests behind {@code is}, by name. */
public final class Tests {
  private static final Map<String, Test> KNOWN = new HashMap<>();

  static {
    alone("defined", value -> !(value instanceof Undefined));
    alone("undefined", value -> value instanceof Undefined);
    alone("none", value -> value == null);
    alone("boolean", value -> value instanceof Boolean);
    alone("true", value -> Boolean.TRUE.equals(value));
    alone("false", value -> Boolean.FALSE.equals(value));
    alone("integer", Types::isInteger);
    alone("float", value -> value instanceof Double);
    alone("number", value -> value instanceof Number || value instanceof Boolean);
    alone("string", Types::isText);
    alone("mapping", value -> value instanceof Map);
    alone("sequence", Tests::isSequence);
    alone("iterable", Sizes::isIterable);
    alone("callable", value -> value instanceof Callable || value instanceof Undefined);
    alone("escaped", value -> value instanceof SafeText);
    alone("lower", value -> Casing.isLower(Printing.str(value)));
    alone("upper", value -> Casing.isUpper(Printing.str(value)));
    alone("filter", value -> Filters.isName(String.valueOf(Keys.of(value))));
    alone("test", value -> KNOWN.containsKey(String.valueOf(Keys.of(value))));
    alone("odd", value -> rest(value, 2L).equals(1L));
    alone("even", value -> rest(value, 2L).equals(0L));
    KNOWN.put("divisibleby", (v, a) -> Comparison.equal(rest(v, other("divisibleby", a)), 0L));
    KNOWN.put("sameas", (v, a) -> Comparison.same(v, other("sameas", a)));
    KNOWN.put("in", (v, a) -> Comparison.contains(other("in", a), v));
    comparison((a, b) -> Comparison.equal(a, b), "==", "eq", "equalto");
    comparison((a, b) -> !Comparison.equal(a, b), "!=", "ne");
    comparison((a, b) -> Comparison.order(a, b) > 0, ">", "gt", "greaterthan");
    comparison((a, b) -> Comparison.order(a, b) >= 0, ">=", "ge");
    comparison((a, b) -> Comparison.order(a, b) < 0, "<", "lt", "lessthan");
    comparison((a, b) -> Comparison.order(a, b) <= 0, "<=", "le");
  }

  private Tests() {}

  /** The test, or null if it is not known. */
  public static Test named(String name) {
    return KNOWN.get(name);
  }

  static Test known(String name) {
    Test test = KNOWN.get(name);
    if (test == null) {
      throw unknown(name);
    }
    return test;
  }

  public static Refusal unknown(String name) {
    return new Refusal(RefusalKind.UNKNOWN_TEST, "no test named '%s'".formatted(name));
  }

  private static void alone(String name, Predicate<Object> test) {
    KNOWN.put(
        name,
        (value, arguments) -> {
          if (!arguments.isEmpty()) {
            throw Refusal.type("the test %s takes no arguments".formatted(name));
          }
          return test.test(value);
        });
  }

  @FunctionalInterface
  private interface Relation {
    boolean holds(Object a, Object b);
  }

  private static void comparison(Relation relation, String... names) {
    for (String name : names) {
      KNOWN.put(name, (value, arguments) -> relation.holds(value, other(name, arguments)));
    }
  }

  private static Object other(String name, Arguments arguments) {
    return arguments.bind(name, "other").value(0);
  }

  private static Object rest(Object value, Object divisor) {
    Object rest = Operators.apply("%", value, divisor, new Budget(0, 0, 0));
    return rest instanceof Double number && number == Math.rint(number)
        ? (Object) number.longValue()
        : rest;
  }

  private static boolean isSequence(Object value) {
    return Types.isText(value)
        || value instanceof List
        || value instanceof Tuple
        || value instanceof Map
        || value instanceof Undefined;
  }
}
