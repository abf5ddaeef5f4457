package org.sparklora.template.python;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.template.python.Arguments.Bound;

/** Looking for texts in texts: finding, splitting, replacing. */
public final class TextSearch {
  private TextSearch() {}

  /** {@code startswith} and {@code endswith}, of one text or a tuple of them. */
  static boolean isAtEdge(String text, String name, Arguments arguments) {
    Bound bound = arguments.bind(name, "prefix", "start", "end");
    Object start = bound.value(1, null);
    Object end = bound.value(2, null);
    String part = start == null && end == null ? text : CodePoints.slice(text, start, end, null);
    if (bound.value(0) instanceof Tuple edges) {
      return edges.items().stream().anyMatch(edge -> isAtEdge(part, name, edge));
    }
    return isAtEdge(part, name, bound.text(0));
  }

  private static boolean isAtEdge(String text, String name, Object edge) {
    if (!Types.isText(edge)) {
      throw Refusal.type("%s() needs texts, not %s".formatted(name, Types.name(edge)));
    }
    return name.equals("startswith")
        ? text.startsWith(edge.toString())
        : text.endsWith(edge.toString());
  }

  /** {@code find}, {@code rfind}, {@code index}, {@code rindex} and {@code count}. */
  static Object find(String text, String name, Arguments arguments) {
    Bound bound = arguments.bind(name, "sub", "start", "end");
    String wanted = bound.text(0);
    if (bound.value(1, null) != null || bound.value(2, null) != null) {
      throw Refusal.unsupported("%s() within bounds".formatted(name));
    }
    if (name.equals("count")) {
      return wanted.isEmpty() ? Sizes.length(text) + 1 : (long) split(text, wanted, -1).size() - 1;
    }
    int at = name.startsWith("r") ? text.lastIndexOf(wanted) : text.indexOf(wanted);
    if (at < 0 && name.endsWith("index")) {
      throw Refusal.type("substring not found");
    }
    return at < 0 ? -1L : (long) text.codePointCount(0, at);
  }

  static Tuple partition(String text, String name, Arguments arguments) {
    String separator = arguments.bind(name, "sep").text(0);
    if (separator.isEmpty()) {
      throw Refusal.type("empty separator");
    }
    boolean first = name.equals("partition");
    int at = first ? text.indexOf(separator) : text.lastIndexOf(separator);
    if (at < 0) {
      return first ? Tuple.of(text, "", "") : Tuple.of("", "", text);
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }

  /** Splits at most {@code most} times; −1 is always. */
  static List<Object> split(String text, String separator, long most) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && parts.size() != most;
        at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  static List<Object> splitFromEnd(String text, String separator, long most) {
    List<Object> parts = new ArrayList<>();
    int end = text.length();
    for (int at = text.lastIndexOf(separator);
        at >= 0 && parts.size() != most;
        at =
            end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length())) {
      parts.add(0, text.substring(at + separator.length(), end));
      end = at;
    }
    parts.add(0, text.substring(0, end));
    return parts;
  }

  public static String replace(String text, String old, String with, long most, Budget budget) {
    if (most == 0) {
      return text;
    }
    if (old.isEmpty()) {
      return spread(text, with, most, budget);
    }
    List<Object> parts = split(text, old, most);
    budget.charge(text.length() + (long) parts.size() * with.length());
    return String.join(with, parts.stream().map(Object::toString).toList());
  }

  /** {@code with} before each character and at the end. */
  private static String spread(String text, String with, long most, Budget budget) {
    budget.charge(text.length() + (text.length() + 1L) * with.length());
    StringBuilder out = new StringBuilder();
    long left = most < 0 ? Long.MAX_VALUE : most;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      out.append(left-- > 0 ? with : "").appendCodePoint(text.codePointAt(i));
    }
    return out.append(left > 0 ? with : "").toString();
  }
}
