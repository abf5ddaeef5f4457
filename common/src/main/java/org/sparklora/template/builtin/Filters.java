package org.sparklora.template.builtin;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.RefusalKind;

/** The filters that are known, by name. */
public final class Filters {
  private static final Map<String, Filter> KNOWN = new HashMap<>();

  /** Filters of jinja2 that no chat template needs: {@code is filter} knows them, nothing else. */
  private static final Set<String> MISSING =
      Set.of(
          "filesizeformat",
          "groupby",
          "pprint",
          "random",
          "striptags",
          "urlize",
          "wordwrap",
          "xmlattr");

  static {
    TextFilters.addTo(KNOWN);
    ValueFilters.addTo(KNOWN);
    SequenceFilters.addTo(KNOWN);
    SelectionFilters.addTo(KNOWN);
  }

  private Filters() {}

  /** The filter, or null if it is not known. */
  public static Filter named(String name) {
    return KNOWN.get(name);
  }

  static Filter known(String name) {
    Filter filter = KNOWN.get(name);
    if (filter == null) {
      throw unknown(name);
    }
    return filter;
  }

  static boolean isName(String name) {
    return KNOWN.containsKey(name) || MISSING.contains(name);
  }

  public static Refusal unknown(String name) {
    return new Refusal(RefusalKind.UNKNOWN_FILTER, "no filter named '%s'".formatted(name));
  }
}
