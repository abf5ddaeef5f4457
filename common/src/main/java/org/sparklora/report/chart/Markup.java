package org.sparklora.report.chart;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.sparklora.VisibleText;

/** HTML or SVG that is written element by element; every text and value is escaped. */
public final class Markup {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9:-]*");

  private final StringBuilder written = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element with attributes as names and values. */
  public Markup open(String element, String... attributes) {
    begin(element, attributes);
    written.append('>');
    open.push(element);
    return this;
  }

  /** Ends the element that was begun last. */
  public Markup close() {
    written.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element that holds a text. */
  public Markup leaf(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  /** An element that holds nothing. */
  public Markup empty(String element, String... attributes) {
    begin(element, attributes);
    written.append("/>");
    return this;
  }

  public Markup text(String text) {
    written.append(escaped(text));
    return this;
  }

  /** What another markup wrote. */
  public Markup add(Markup whole) {
    written.append(whole);
    return this;
  }

  /** A style sheet of our own; it must not hold anything of a user's. */
  public Markup styles(String sheet) {
    written.append("<style>").append(sheet).append("</style>");
    return this;
  }

  public Markup line() {
    written.append('\n');
    return this;
  }

  /** Whole only once every element is closed. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("an element is still open: " + open.peek());
    }
    return written.toString();
  }

  private void begin(String element, String... attributes) {
    written.append('<').append(name(element));
    for (int i = 0; i < attributes.length; i += 2) {
      written.append(' ').append(name(attributes[i])).append("=\"");
      written.append(escaped(attributes[i + 1])).append('"');
    }
  }

  private static String name(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("no name of an element or attribute: " + name);
    }
    return name;
  }

  private static String escaped(String text) {
    return VisibleText.ofLines(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
