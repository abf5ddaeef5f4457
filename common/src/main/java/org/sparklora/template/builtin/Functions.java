package org.sparklora.template.builtin;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Arguments.Bound;
import org.sparklora.template.python.Callable;
import org.sparklora.template.python.Keys;
import org.sparklora.template.python.Numbers;
import org.sparklora.template.python.Printing;
import org.sparklora.template.python.Range;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.RefusalKind;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.TimeFormat;
import org.sparklora.template.python.Tuple;
import org.sparklora.template.python.Types;

/** The functions that every template finds. */
public final class Functions {
  private Functions() {}

  /**
   * The functions by name.
   *
   * @param now the clock of {@code strftime_now}
   */
  public static Map<String, Callable> all(Supplier<LocalDateTime> now) {
    Map<String, Callable> functions = new LinkedHashMap<>();
    functions.put("range", (a, b) -> range(a));
    functions.put("dict", (a, b) -> mapping("dict", a));
    functions.put("namespace", (a, b) -> new Namespace(mapping("namespace", a)));
    functions.put("raise_exception", (a, b) -> raise(a));
    functions.put(
        "strftime_now",
        (a, b) ->
            b.charged(TimeFormat.format(a.bind("strftime_now", "format").text(0), now.get())));
    for (String name : List.of("cycler", "joiner", "lipsum")) {
      functions.put(
          name,
          (a, b) -> {
            throw Refusal.unsupported("the function " + name);
          });
    }
    return functions;
  }

  private static Object range(Arguments arguments) {
    Bound bound = arguments.bind("range", "start", "stop", "step");
    long first = Numbers.index(bound.value(0));
    return bound.has(1)
        ? new Range(first, bound.number(1, 0), bound.number(2, 1))
        : new Range(0, first, 1);
  }

  private static Map<Object, Object> mapping(String function, Arguments arguments) {
    Map<Object, Object> entries = new LinkedHashMap<>();
    if (arguments.given().size() > 1) {
      throw Refusal.type("%s() takes at most one mapping".formatted(function));
    }
    if (!arguments.given().isEmpty()) {
      Object from = arguments.first();
      if (from instanceof Map<?, ?> map) {
        entries.putAll(map);
      } else {
        Sizes.items(from).forEachRemaining(pair -> put(pair, entries));
      }
    }
    entries.putAll(arguments.named());
    return entries;
  }

  private static void put(Object pair, Map<Object, Object> entries) {
    List<?> two =
        pair instanceof Tuple tuple ? tuple.items() : pair instanceof List<?> l ? l : List.of();
    if (two.size() != 2) {
      throw Refusal.type("a mapping is made of pairs, not of '%s'".formatted(Types.name(pair)));
    }
    entries.put(Keys.ofNew(two.get(0)), two.get(1));
  }

  private static Object raise(Arguments arguments) {
    throw new Refusal(
        RefusalKind.RAISED, Printing.str(arguments.bind("raise_exception", "message").value(0)));
  }
}
