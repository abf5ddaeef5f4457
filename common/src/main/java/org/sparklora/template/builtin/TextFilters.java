package org.sparklora.template.builtin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Arguments.Bound;
import org.sparklora.template.python.Blanks;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.Casing;
import org.sparklora.template.python.CodePoints;
import org.sparklora.template.python.PercentFormat;
import org.sparklora.template.python.Printing;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.SafeText;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.TextPadding;
import org.sparklora.template.python.TextSearch;
import org.sparklora.template.python.Tuple;
import org.sparklora.template.python.Types;
import org.sparklora.template.python.Undefined;

/** Filters that give a text. */
final class TextFilters {
  private static final Pattern WORD_STARTS =
      Pattern.compile("([-\\s({\\[<]+)", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  static void addTo(Map<String, Filter> filters) {
    filters.put("trim", TextFilters::trim);
    filters.put("upper", (v, a, b) -> changed("upper", v, a, Casing::upper));
    filters.put("lower", (v, a, b) -> changed("lower", v, a, Casing::lower));
    filters.put("capitalize", (v, a, b) -> changed("capitalize", v, a, Casing::capitalize));
    filters.put("title", (v, a, b) -> changed("title", v, a, TextFilters::title));
    filters.put("string", (v, a, b) -> string(v, a));
    filters.put("replace", TextFilters::replace);
    filters.put("indent", TextFilters::indent);
    filters.put("center", TextFilters::center);
    filters.put("format", TextFilters::format);
    filters.put("truncate", TextFilters::truncate);
    filters.put("wordcount", (v, a, b) -> WORD.matcher(Printing.str(v)).results().count());
    filters.put("safe", (v, a, b) -> safe(v));
    filters.put("escape", (v, a, b) -> escape(v));
    filters.put("e", (v, a, b) -> escape(v));
    filters.put("forceescape", (v, a, b) -> new SafeText(SafeText.escape(Printing.str(v))));
    filters.put("urlencode", (v, a, b) -> urlEncode(v));
  }

  private static Object trim(Object value, Arguments arguments, Budget budget) {
    if (value instanceof String text && arguments.isEmpty()) {
      return Blanks.strip(text);
    }
    String set = arguments.bind("trim", "chars").textOrNull(0);
    return like(value, Blanks.strip(Printing.str(value), set, true, true));
  }

  /** Text marked as safe stays so. */
  private static Object like(Object value, String text) {
    return value instanceof SafeText ? new SafeText(text) : text;
  }

  private static Object changed(
      String name, Object value, Arguments arguments, UnaryOperator<String> change) {
    arguments.bind(name);
    return like(value, change.apply(Printing.str(value)));
  }

  private static Object string(Object value, Arguments arguments) {
    arguments.bind("string");
    return value instanceof SafeText ? value : Printing.str(value);
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    Matcher starts = WORD_STARTS.matcher(text);
    int from = 0;
    while (starts.find()) {
      out.append(Casing.capitalize(text.substring(from, starts.start()))).append(starts.group());
      from = starts.end();
    }
    return out.append(Casing.capitalize(text.substring(from))).toString();
  }

  private static Object replace(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("replace", "old", "new", "count");
    Object count = bound.value(2, null);
    return TextSearch.replace(
        Printing.str(value),
        Printing.str(bound.value(0)),
        Printing.str(bound.value(1)),
        count == null ? -1 : bound.number(2, -1),
        budget);
  }

  private static Object indent(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("indent", "width", "first", "blank");
    Object width = bound.value(0, 4L);
    String indentation = Types.isText(width) ? width.toString() : blanks(bound, budget);
    List<Object> lines = Blanks.lines(textOf("indent", value) + "\n", false);
    boolean blank = bound.truth(2, false);
    StringBuilder out = new StringBuilder();
    for (Iterator<Object> i = lines.iterator(); i.hasNext(); ) {
      String line = (String) i.next();
      boolean firstLine = out.isEmpty() && line == lines.get(0);
      if (firstLine ? bound.truth(1, false) : blank || !line.isEmpty()) {
        out.append(indentation);
      }
      out.append(line).append(i.hasNext() ? "\n" : "");
      budget.charge(indentation.length() + (long) line.length());
    }
    return like(value, out.toString());
  }

  private static String blanks(Bound bound, Budget budget) {
    long width = Math.max(0, bound.number(0, 4));
    budget.charge(width);
    return " ".repeat((int) width);
  }

  private static String textOf(String filter, Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (!Types.isText(value)) {
      throw Refusal.type("%s needs a text, not '%s'".formatted(filter, Types.name(value)));
    }
    return value.toString();
  }

  private static Object center(Object value, Arguments arguments, Budget budget) {
    long width = arguments.bind("center", "width").number(0, 80);
    return like(value, TextPadding.centred(Printing.str(value), width, budget));
  }

  private static Object format(Object value, Arguments arguments, Budget budget) {
    if (!arguments.given().isEmpty() && !arguments.named().isEmpty()) {
      throw Refusal.type("format takes arguments either by place or by name");
    }
    Object values = arguments.named().isEmpty() ? new Tuple(arguments.given()) : arguments.named();
    return PercentFormat.format(Printing.str(value), values, budget);
  }

  private static Object truncate(Object value, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("truncate", "length", "killwords", "end", "leeway");
    String text = textOf("truncate", value);
    String end = bound.has(2) ? bound.text(2) : "...";
    long length = bound.number(0, 255);
    long leeway = bound.value(3, null) == null ? 5 : bound.number(3, 5);
    if (length < Sizes.length(end) || leeway < 0) {
      throw Refusal.type("truncate needs a length of at least its end");
    }
    if (Sizes.length(text) <= length + leeway) {
      return text;
    }
    String cut = CodePoints.slice(text, 0L, length - Sizes.length(end), null);
    int lastBlank = cut.lastIndexOf(' ');
    boolean whole = bound.truth(1, false) || lastBlank < 0;
    return (whole ? cut : cut.substring(0, lastBlank)) + end;
  }

  private static Object safe(Object value) {
    return value instanceof SafeText ? value : new SafeText(Printing.str(value));
  }

  private static Object escape(Object value) {
    return value instanceof SafeText ? value : new SafeText(SafeText.escape(Printing.str(value)));
  }

  private static String urlEncode(Object value) {
    if (!Types.isText(value)) {
      throw Refusal.unsupported("urlencode of a '%s'".formatted(Types.name(value)));
    }
    return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~")
        .replace("%2F", "/");
  }
}
