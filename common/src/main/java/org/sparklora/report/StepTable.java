package org.sparklora.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sparklora.report.chart.Markup;

/** The log history as a table that is opened on demand; every number is the file's. */
record StepTable(LogHistory history) {
  private static final int MOST_ROWS = 1_000;

  Markup table() {
    Markup table = new Markup();
    List<JsonNode> entries = history.entries();
    if (entries.isEmpty()) {
      return table;
    }
    int every = (entries.size() + MOST_ROWS - 1) / MOST_ROWS;
    table.open("details").leaf("summary", summary(entries.size(), every));
    Set<String> columns = columns(entries);
    table.open("table", "class", "numbers").open("tr");
    columns.forEach(column -> table.leaf("th", column));
    table.close().line();
    for (int i = 0; i < entries.size(); i += every) {
      row(table, columns, entries.get(i));
    }
    return table.close().close();
  }

  private static String summary(int entries, int every) {
    return every == 1
        ? "%d entries of trainer_state.json".formatted(entries)
        : "%d entries of trainer_state.json, of which every %d. is here".formatted(entries, every);
  }

  private static Set<String> columns(List<JsonNode> entries) {
    Set<String> columns = new LinkedHashSet<>(List.of("step", "epoch", "loss"));
    entries.forEach(entry -> entry.fieldNames().forEachRemaining(columns::add));
    return columns;
  }

  private static void row(Markup table, Set<String> columns, JsonNode entry) {
    table.open("tr");
    columns.forEach(column -> table.leaf("td", entry.path(column).asText("")));
    table.close().line();
  }
}
