package org.sparklora.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.report.chart.BarChart;
import org.sparklora.report.chart.BarChart.Bar;

/** What became of the corpus' rows, as the table's contract says it. */
record DataCounts(JsonNode table) {
  /** Every count by its name, zeros too; none without a contract. */
  Map<String, Long> all() {
    Map<String, Long> counts = new LinkedHashMap<>();
    table
        .properties()
        .forEach(
            part -> {
              if (part.getKey().endsWith("counts")) {
                add("", part.getValue(), counts);
              }
            });
    if (table.path("lengths").has("tokens")) {
      counts.put("tokens", table.path("lengths").path("tokens").asLong());
      counts.put("longest row", table.path("lengths").path("longest").asLong());
    }
    return counts;
  }

  /** How many rows have which length. */
  BarChart lengths() {
    List<Bar> bars = new ArrayList<>();
    long below = 0;
    for (JsonNode bucket : table.path("lengths").path("buckets")) {
      long upTo = bucket.path("up_to").asLong();
      long rows = bucket.path("rows").asLong();
      below = upTo / 2 + 1;
      String said = "%d rows of %d to %d tokens".formatted(rows, Math.min(below, upTo), upTo);
      bars.add(new Bar("" + upTo, rows, said));
    }
    return new BarChart("Lengths of rows, and how many have each", "tokens, at most", bars);
  }

  private static void add(String prefix, JsonNode part, Map<String, Long> counts) {
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      String name = prefix + field.getKey().replace('_', ' ');
      if (field.getValue().isObject()) {
        add(field.getKey().startsWith("bad") ? "bad: " : prefix, field.getValue(), counts);
      } else if (field.getValue().isIntegralNumber()) {
        counts.put(name, field.getValue().asLong());
      }
    }
  }
}
