package org.sparklora.metric;

import java.util.Map;
import org.sparklora.VisibleText;

/** Settings as a table of Markdown. */
final class SettingsPage {
  private SettingsPage() {}

  static String of(Map<String, String> settings) {
    StringBuilder page = new StringBuilder("| setting | value |\n|---|---|\n");
    settings.forEach(
        (name, value) -> page.append("| %s | %s |\n".formatted(cell(name), cell(value))));
    return page.toString();
  }

  /** What Markdown or HTML would take for its own is text. */
  private static String cell(String text) {
    return VisibleText.of(text)
        .replaceAll("[\\\\`*_{}\\[\\]#|~]", "\\\\$0")
        .replace("&", "&amp;")
        .replace("<", "&lt;");
  }
}
