package org.sparklora.template.python;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's {@code str} and {@code repr}. */
public final class Printing {
  private Printing() {}

  /** What {@code {{ value }}} prints. */
  public static String str(Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof SafeText text) {
      return text.text();
    }
    if (value instanceof Undefined undefined) {
      undefined.allow();
      return "";
    }
    return repr(value);
  }

  public static String repr(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    if (value == null) {
      out.append("None");
    } else if (value instanceof String text) {
      quote(text, out);
    } else if (value instanceof Boolean flag) {
      out.append(flag ? "True" : "False");
    } else if (value instanceof Long || value instanceof BigInteger || value instanceof Range) {
      out.append(value);
    } else if (value instanceof Double number) {
      out.append(Numbers.text(number));
    } else if (value instanceof Map<?, ?> map) {
      entries(map, out);
    } else if (value instanceof List<?> items) {
      list(items, '[', ']', out);
    } else {
      other(value, out);
    }
  }

  private static void other(Object value, StringBuilder out) {
    if (value instanceof Tuple tuple) {
      list(tuple.items(), '(', ')', out);
      if (tuple.items().size() == 1) {
        out.insert(out.length() - 1, ',');
      }
    } else if (value instanceof DictView view) {
      out.append(view.kind()).append('(');
      list(view.items(), '[', ']', out);
      out.append(')');
    } else if (value instanceof SafeText text) {
      out.append("Markup(");
      quote(text.text(), out);
      out.append(')');
    } else if (value instanceof Undefined undefined) {
      undefined.allow();
      out.append("Undefined");
    } else {
      throw Refusal.unsupported("printing a '%s'".formatted(Types.name(value)));
    }
  }

  private static void list(List<?> items, char open, char close, StringBuilder out) {
    out.append(open);
    for (Iterator<?> i = items.iterator(); i.hasNext(); ) {
      write(i.next(), out);
      if (i.hasNext()) {
        out.append(", ");
      }
    }
    out.append(close);
  }

  private static void entries(Map<?, ?> map, StringBuilder out) {
    out.append('{');
    for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<?, ?> entry = i.next();
      write(entry.getKey(), out);
      write(entry.getValue(), out.append(": "));
      if (i.hasNext()) {
        out.append(", ");
      }
    }
    out.append('}');
  }

  /** Single quotes, unless the text has some and no double ones. */
  private static void quote(String text, StringBuilder out) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints().forEach(c -> character(c, quote, out));
    out.append(quote);
  }

  private static void character(int c, char quote, StringBuilder out) {
    switch (c) {
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c == quote) {
          out.append('\\').append(quote);
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          out.append((c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
        }
      }
    }
  }

  /** {@code str.isprintable} of one character. */
  static boolean isPrintable(int c) {
    if (c < 0x7f) {
      return c >= ' ';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
