package org.sparklora.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.track.RunEvent;

/** What the user was, or would be, warned of. */
record RunWarnings(RunRecord record) {
  List<String> all() {
    List<String> told = new ArrayList<>();
    for (RunEvent event : record.events()) {
      event
          .word(RunRecord.WARNINGS)
          .lines()
          .filter(line -> !told.contains(line))
          .forEach(told::add);
    }
    return told.isEmpty() ? counted() : told;
  }

  /** Of a run under way, or one of an earlier version. */
  private List<String> counted() {
    List<String> warnings = new ArrayList<>();
    add(
        warnings,
        "skipped_steps",
        "steps were left out because a loss or gradient was not finite.");
    add(
        warnings,
        "overflow_steps",
        "steps overflowed in fp16 and were tried with a smaller scale.");
    add(warnings, "rows_without_labels", "rows had no labels and trained nothing.");
    add(warnings, "repaired_values", "times the ranks' adapters differed and were made equal.");
    return warnings;
  }

  private void add(List<String> warnings, String key, String words) {
    JsonNode count = record.ours().path("loop").path(key);
    if (count.asLong() > 0) {
      warnings.add(count.asLong() + " " + words);
    }
  }
}
