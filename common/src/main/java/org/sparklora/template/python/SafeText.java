package org.sparklora.template.python;

/**
 * Text marked by the filter {@code safe}: ordinary text that is added to it with {@code +} is
 * escaped.
 */
public record SafeText(String text) {
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  @Override
  public String toString() {
    return text;
  }
}
