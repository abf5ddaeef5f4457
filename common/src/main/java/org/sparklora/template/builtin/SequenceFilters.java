package org.sparklora.template.builtin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Arguments.Bound;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.Casing;
import org.sparklora.template.python.CodePoints;
import org.sparklora.template.python.Comparison;
import org.sparklora.template.python.ContainerMethods;
import org.sparklora.template.python.Generator;
import org.sparklora.template.python.Keys;
import org.sparklora.template.python.Numbers;
import org.sparklora.template.python.Operators;
import org.sparklora.template.python.Printing;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.Tuple;
import org.sparklora.template.python.Types;
import org.sparklora.template.python.Undefined;

/** Filters of lists and mappings as a whole. */
final class SequenceFilters {
  private SequenceFilters() {}

  static void addTo(Map<String, Filter> filters) {
    filters.put("list", (v, a, b) -> list(v, b));
    filters.put("first", (v, a, b) -> first(Sizes.items(v)));
    filters.put("last", (v, a, b) -> first(backwards(v, b)));
    filters.put("reverse", SequenceFilters::reverse);
    filters.put("join", SequenceFilters::join);
    filters.put("items", (v, a, b) -> items(v));
    filters.put("dictsort", SequenceFilters::dictSort);
    filters.put("sort", SequenceFilters::sort);
    filters.put("unique", SequenceFilters::unique);
    filters.put("min", (v, a, b) -> extreme("min", v, a, b));
    filters.put("max", (v, a, b) -> extreme("max", v, a, b));
    filters.put("sum", SequenceFilters::sum);
    filters.put("batch", SequenceFilters::batch);
    filters.put("slice", SequenceFilters::slice);
  }

  static List<Object> list(Object value, Budget budget) {
    List<Object> list = new ArrayList<>();
    Sizes.items(value)
        .forEachRemaining(
            item -> {
              budget.step();
              list.add(item);
            });
    budget.charge(4L * list.size());
    return list;
  }

  private static Object first(Iterator<Object> items) {
    return items.hasNext() ? items.next() : Undefined.because("the sequence was empty");
  }

  private static Iterator<Object> backwards(Object value, Budget budget) {
    if (value instanceof Generator) {
      throw Refusal.type("a generator has no last item");
    }
    List<Object> list = list(value, budget);
    Collections.reverse(list);
    return list.iterator();
  }

  private static Object reverse(Object value, Arguments arguments, Budget budget) {
    if (Types.isText(value)) {
      return budget.charged(CodePoints.slice(value.toString(), null, null, -1L));
    }
    List<Object> list = list(value, budget);
    Collections.reverse(list);
    return value instanceof Generator ? list : new Generator(list.iterator());
  }

  private static Object join(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("join", "d", "attribute");
    String separator = Printing.str(bound.value(0, ""));
    Function<Object, Object> part = ItemKey.of(bound.value(1, null), true, null);
    StringBuilder out = new StringBuilder();
    Iterator<Object> items = Sizes.items(value);
    while (items.hasNext()) {
      budget.step();
      String text = Printing.str(part.apply(items.next()));
      budget.charge((long) text.length() + separator.length());
      out.append(text).append(items.hasNext() ? separator : "");
    }
    return out.toString();
  }

  private static Object items(Object value) {
    if (value instanceof Undefined undefined) {
      undefined.allow();
      return new Generator(Collections.emptyIterator());
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw Refusal.type("Can only get item pairs from a mapping.");
    }
    return new Generator(ContainerMethods.pairs(map).iterator());
  }

  private static Object dictSort(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
    String by = bound.has(1) ? bound.text(1) : "key";
    if (!by.equals("key") && !by.equals("value")) {
      throw Refusal.type("You can only sort by either \"key\" or \"value\"");
    }
    if (value instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw Refusal.type("'%s' object has no items".formatted(Types.name(value)));
    }
    boolean cased = bound.truth(0, false);
    int place = by.equals("key") ? 0 : 1;
    return sorted(
        ContainerMethods.pairs(map),
        pair -> caseOf(((Tuple) pair).items().get(place), cased),
        bound.truth(2, false));
  }

  static Object caseOf(Object value, boolean cased) {
    return !cased && value instanceof String text ? Casing.lower(text) : value;
  }

  private static Object sort(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
    return sorted(
        list(value, budget),
        ItemKey.ofAll(bound.value(2, null), bound.truth(1, false)),
        bound.truth(0, false));
  }

  /** Stable, also backwards, as Python sorts. */
  private static List<Object> sorted(
      List<Object> items, Function<Object, Object> key, boolean reverse) {
    Comparator<Object> order = (a, b) -> Comparison.order(key.apply(a), key.apply(b));
    List<Object> sorted = new ArrayList<>(items);
    sorted.sort(reverse ? order.reversed() : order);
    return sorted;
  }

  private static Object unique(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
    Function<Object, Object> key = ItemKey.of(bound.value(1, null), bound.truth(0, false), null);
    List<Object> seen = new ArrayList<>();
    List<Object> kept = new ArrayList<>();
    for (Object item : list(value, budget)) {
      Object mine = key.apply(item);
      Keys.of(mine);
      if (!contains(seen, mine, budget)) {
        seen.add(mine);
        kept.add(item);
      }
    }
    return new Generator(kept.iterator());
  }

  private static boolean contains(List<Object> items, Object wanted, Budget budget) {
    for (Object item : items) {
      budget.step();
      if (Comparison.equal(item, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static Object extreme(String name, Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind(name, "case_sensitive", "attribute");
    Function<Object, Object> key = ItemKey.of(bound.value(1, null), bound.truth(0, false), null);
    Iterator<Object> items = Sizes.items(value);
    Object best = first(items);
    while (items.hasNext()) {
      budget.step();
      Object item = items.next();
      int order = Comparison.order(key.apply(item), key.apply(best));
      best = (name.equals("min") ? order < 0 : order > 0) ? item : best;
    }
    return best;
  }

  private static Object sum(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("sum", "attribute", "start");
    Function<Object, Object> part = ItemKey.of(bound.value(0, null), true, null);
    Object sum = bound.value(1, 0L);
    if (Types.isText(sum)) {
      throw Refusal.type("sum() can't sum strings");
    }
    for (Object item : list(value, budget)) {
      sum = Operators.apply("+", sum, part.apply(item), budget);
    }
    return sum;
  }

  private static Object batch(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("batch", "linecount", "fill_with");
    int size = (int) Math.min(Integer.MAX_VALUE, bound.number(0, 1));
    Object fill = bound.value(1, null);
    if (size < 1) {
      throw Refusal.unsupported("batches of no items");
    }
    List<Object> rows = new ArrayList<>();
    List<Object> all = list(value, budget);
    for (int i = 0; i < all.size(); i += size) {
      List<Object> row = new ArrayList<>(all.subList(i, Math.min(all.size(), i + size)));
      budget.charge(fill == null ? 0 : 4L * size);
      while (fill != null && row.size() < size) {
        row.add(fill);
      }
      rows.add(row);
    }
    return new Generator(rows.iterator());
  }

  private static Object slice(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("slice", "slices", "fill_with");
    List<Object> all = list(value, budget);
    long count = Numbers.index(bound.value(0));
    if (count < 1) {
      throw Refusal.type("slices of no number");
    }
    budget.charge(4 * count);
    List<Object> slices = new ArrayList<>();
    int longer = (int) (all.size() % count);
    int from = 0;
    for (int i = 0; i < count; i++) {
      int to = from + (int) (all.size() / count) + (i < longer ? 1 : 0);
      List<Object> slice = new ArrayList<>(all.subList(from, to));
      if (bound.value(1, null) != null && i >= longer) {
        slice.add(bound.value(1));
      }
      slices.add(slice);
      from = to;
    }
    return new Generator(slices.iterator());
  }
}
