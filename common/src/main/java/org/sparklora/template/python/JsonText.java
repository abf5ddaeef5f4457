package org.sparklora.template.python;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's {@code json.dumps}. */
public final class JsonText {
  private final boolean asciiOnly;
  private final String indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sortKeys;
  private final StringBuilder out = new StringBuilder();

  private JsonText(
      boolean asciiOnly, String indent, String itemSeparator, String keySeparator, boolean sort) {
    this.asciiOnly = asciiOnly;
    this.indent = indent;
    this.itemSeparator = itemSeparator;
    this.keySeparator = keySeparator;
    this.sortKeys = sort;
  }

  /**
   * The text of {@code value}.
   *
   * @param indent one level of indentation, or null to write everything in one line
   * @param separators between items and behind keys, or null for the usual ones
   */
  public static String of(
      Object value, boolean asciiOnly, String indent, List<String> separators, boolean sortKeys) {
    String items = separators != null ? separators.get(0) : indent == null ? ", " : ",";
    String keys = separators != null ? separators.get(1) : ": ";
    JsonText json = new JsonText(asciiOnly, indent, items, keys, sortKeys);
    json.write(value, 1);
    return json.out.toString();
  }

  private void write(Object value, int depth) {
    if (value instanceof String text) {
      quote(text);
    } else if (value instanceof SafeText text) {
      quote(text.text());
    } else if (value == null || value instanceof Boolean || isNumber(value)) {
      out.append(scalar(value));
    } else if (value instanceof Map<?, ?> map) {
      writeAll('{', '}', sorted(map), depth);
    } else if (value instanceof Tuple tuple) {
      writeAll('[', ']', tuple.items(), depth);
    } else if (value instanceof List && !(value instanceof Range)) {
      writeAll('[', ']', (List<?>) value, depth);
    } else {
      throw Refusal.type("Object of type %s is not JSON serializable".formatted(Types.name(value)));
    }
  }

  private static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof BigInteger;
  }

  private static String scalar(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Double number) {
      return Double.isNaN(number)
          ? "NaN"
          : Double.isInfinite(number)
              ? (number > 0 ? "Infinity" : "-Infinity")
              : Numbers.text(number);
    }
    return value.toString();
  }

  private Collection<? extends Map.Entry<?, ?>> sorted(Map<?, ?> map) {
    return sortKeys
        ? map.entrySet().stream()
            .sorted((a, b) -> Comparison.order(a.getKey(), b.getKey()))
            .toList()
        : map.entrySet();
  }

  private void writeAll(char open, char close, Collection<?> items, int depth) {
    out.append(open);
    for (Iterator<?> i = items.iterator(); i.hasNext(); ) {
      newLine(depth);
      Object item = i.next();
      if (item instanceof Map.Entry<?, ?> entry) {
        key(entry.getKey());
        out.append(keySeparator);
        write(entry.getValue(), depth + 1);
      } else {
        write(item, depth + 1);
      }
      if (i.hasNext()) {
        out.append(itemSeparator);
      }
    }
    if (!items.isEmpty()) {
      newLine(depth - 1);
    }
    out.append(close);
  }

  private void newLine(int depth) {
    if (indent != null) {
      out.append('\n').append(indent.repeat(depth));
    }
  }

  private void key(Object key) {
    if (key instanceof Tuple || key instanceof Undefined) {
      throw Refusal.type(
          "keys must be str, int, float, bool or None, not %s".formatted(Types.name(key)));
    }
    quote(key instanceof String text ? text : scalar(key));
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || (asciiOnly && c > '~')) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
