package org.sparklora.template.python;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code '{} {name}'.format(…)} with plain places, without attributes, widths and precisions. */
public final class BraceFormat {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_]\\w*");

  private final List<Object> given;
  private final Map<String, Object> named;
  private int next;

  private BraceFormat(List<Object> given, Map<String, Object> named) {
    this.given = given;
    this.named = named;
  }

  public static String format(
      String format, List<Object> given, Map<String, Object> named, Budget budget) {
    return new BraceFormat(given, named).filled(format, budget);
  }

  private String filled(String format, Budget budget) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '{' && c != '}') {
        out.append(c);
      } else if (format.startsWith(String.valueOf(c), i + 1)) {
        out.append(c);
        i++;
      } else {
        int end = format.indexOf('}', i);
        if (c == '}' || end < 0) {
          throw Refusal.type("single '%s' in format string".formatted(c));
        }
        out.append(budget.charged(place(format.substring(i + 1, end))));
        i = end;
      }
    }
    return out.toString();
  }

  private String place(String place) {
    String conversion =
        place.endsWith("!r") || place.endsWith("!s") ? place.substring(place.length() - 2) : "";
    String field = place.substring(0, place.length() - conversion.length());
    Object value = value(field.endsWith(":") ? field.substring(0, field.length() - 1) : field);
    return conversion.equals("!r") ? Printing.repr(value) : Printing.str(value);
  }

  private Object value(String field) {
    if (NAME.matcher(field).matches()) {
      if (!named.containsKey(field)) {
        throw Refusal.type("format() has no argument " + field);
      }
      return named.get(field);
    }
    if (!field.isEmpty() && !NUMBER.matcher(field).matches()) {
      throw Refusal.unsupported("the format place {%s}".formatted(field));
    }
    int index = field.isEmpty() ? next++ : Integer.parseInt(field);
    if (index >= given.size()) {
      throw Refusal.type("format() has no argument %d".formatted(index));
    }
    return given.get(index);
  }
}
