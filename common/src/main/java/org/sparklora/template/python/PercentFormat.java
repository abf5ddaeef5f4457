package org.sparklora.template.python;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 'text' % values} with {@code %s}, {@code %r}, {@code %d} and {@code %%}. */
public final class PercentFormat {
  private static final Pattern PLACE = Pattern.compile("%(?:\\((\\w+)\\))?(.?)", Pattern.DOTALL);

  private PercentFormat() {}

  public static String format(String format, Object values, Budget budget) {
    List<Object> given = values instanceof Tuple tuple ? tuple.items() : null;
    StringBuilder out = new StringBuilder();
    Matcher places = PLACE.matcher(format);
    int used = 0;
    int from = 0;
    while (places.find()) {
      out.append(format, from, places.start());
      from = places.end();
      if (places.group(2).equals("%")) {
        out.append('%');
        continue;
      }
      Object value;
      if (places.group(1) != null) {
        value = named(values, places.group(1));
      } else {
        value = given != null ? next(given, used) : next(Collections.singletonList(values), used);
        used++;
      }
      out.append(budget.charged(converted(places.group(2), value)));
    }
    boolean mapping = values instanceof Map;
    if (!mapping && used < (given == null ? 1 : given.size())) {
      throw Refusal.type("not all arguments converted during string formatting");
    }
    return out.append(format, from, format.length()).toString();
  }

  private static Object named(Object values, String name) {
    if (values instanceof Map<?, ?> map && map.containsKey(name)) {
      return map.get(name);
    }
    throw Refusal.type("the format requires a mapping with the key " + name);
  }

  private static Object next(List<Object> given, int used) {
    if (used >= given.size()) {
      throw Refusal.type("not enough arguments for format string");
    }
    return given.get(used);
  }

  private static String converted(String letter, Object value) {
    return switch (letter) {
      case "s" -> Printing.str(value);
      case "r" -> Printing.repr(value);
      case "d", "i" -> {
        if (!Numbers.isNumber(value)) {
          throw Refusal.type("%d format: a real number is required, not " + Types.name(value));
        }
        yield Long.toString(NumberTexts.truncated(Numbers.floating(value)));
      }
      default -> throw Refusal.unsupported("the format %" + letter);
    };
  }
}
