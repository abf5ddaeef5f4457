package org.sparklora.template.builtin;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.Generator;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.Types;

/**
 * {@code map}, {@code select}, {@code reject} and their forms with an attribute: all of them lazy.
 */
final class SelectionFilters {
  private SelectionFilters() {}

  static void addTo(Map<String, Filter> filters) {
    filters.put("map", SelectionFilters::map);
    filters.put("select", (v, a, b) -> select(v, a, b, false, true));
    filters.put("reject", (v, a, b) -> select(v, a, b, false, false));
    filters.put("selectattr", (v, a, b) -> select(v, a, b, true, true));
    filters.put("rejectattr", (v, a, b) -> select(v, a, b, true, false));
  }

  private static Object map(Object value, Arguments arguments, Budget budget) {
    return lazily(
        value,
        () -> {
          Function<Object, Object> change = change(arguments, budget);
          return item -> new Chosen(true, change.apply(item));
        },
        budget);
  }

  private static Function<Object, Object> change(Arguments arguments, Budget budget) {
    if (arguments.given().isEmpty()) {
      if (!arguments.named().containsKey("attribute")) {
        throw Refusal.type("map requires a filter argument");
      }
      Map<String, Object> rest = new LinkedHashMap<>(arguments.named());
      Object attribute = rest.remove("attribute");
      Object byDefault = rest.remove("default");
      if (!rest.isEmpty()) {
        throw Refusal.type(
            "unexpected keyword argument '%s'".formatted(rest.keySet().iterator().next()));
      }
      return ItemKey.of(attribute, true, byDefault);
    }
    Filter filter = Filters.known(name(arguments.first()));
    Arguments rest = arguments.behind(1);
    return item -> filter.apply(item, rest, budget);
  }

  private static Object select(
      Object value, Arguments arguments, Budget budget, boolean byAttribute, boolean kept) {
    return lazily(
        value,
        () -> {
          Predicate<Object> wanted = condition(arguments, byAttribute);
          return item -> new Chosen(wanted.test(item) == kept, item);
        },
        budget);
  }

  private static Predicate<Object> condition(Arguments arguments, boolean byAttribute) {
    if (byAttribute && arguments.given().isEmpty()) {
      throw Refusal.type("Missing parameter for attribute name");
    }
    Function<Object, Object> part = ItemKey.of(byAttribute ? arguments.first() : null, true, null);
    Arguments rest = byAttribute ? arguments.behind(1) : arguments;
    if (rest.given().isEmpty()) {
      return item -> Types.truth(part.apply(item));
    }
    Test test = Tests.known(name(rest.first()));
    Arguments more = rest.behind(1);
    return item -> test.holds(part.apply(item), more);
  }

  private static String name(Object value) {
    if (!Types.isText(value)) {
      throw Refusal.type(
          "a filter or test is named by a text, not '%s'".formatted(Types.name(value)));
    }
    return value.toString();
  }

  private record Chosen(boolean kept, Object value) {}

  /** Nothing is looked up before the first item is asked for, and nothing at all without items. */
  private static Generator lazily(
      Object value, Supplier<Function<Object, Chosen>> rule, Budget budget) {
    return new Generator(
        new Iterator<>() {
          private Iterator<Object> items;
          private Function<Object, Chosen> choose;
          private Chosen next;

          @Override
          public boolean hasNext() {
            start();
            while (next == null && items.hasNext()) {
              budget.step();
              Chosen chosen = choose.apply(items.next());
              next = chosen.kept() ? chosen : null;
            }
            return next != null;
          }

          private void start() {
            if (items == null) {
              boolean any = Types.truth(value);
              items = any ? Sizes.items(value) : Collections.emptyIterator();
              choose = any ? rule.get() : null;
            }
          }

          @Override
          public Object next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            Object item = next.value();
            next = null;
            return item;
          }
        });
  }
}
