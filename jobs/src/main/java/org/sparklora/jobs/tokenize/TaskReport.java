package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import java.util.List;
import java.util.TreeMap;
import org.sparklora.corpus.BadReasons;
import org.sparklora.tokenize.Counters;

/** What a successful task tells the driver; {@code quarantineFile} is empty without bad rows. */
record TaskReport(
    Counters counters, String quarantineFile, BadReasons reasons, TreeMap<String, Long> tally)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of all tasks; it names no file. */
  static TaskReport sum(List<TaskReport> reports) {
    TaskReport sum = new TaskReport(new Counters(), "", new BadReasons(), new TreeMap<>());
    for (TaskReport report : reports) {
      sum.counters.add(report.counters);
      sum.reasons.add(report.reasons);
      report.tally.forEach((name, count) -> sum.tally.merge(name, count, Long::sum));
    }
    return sum;
  }
}
