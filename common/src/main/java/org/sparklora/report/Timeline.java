package org.sparklora.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sparklora.metric.LoggedStep;
import org.sparklora.report.chart.LineChart.Mark;
import org.sparklora.report.chart.SpanChart;
import org.sparklora.report.chart.SpanChart.Span;
import org.sparklora.track.RunEvent;
import org.sparklora.track.RunEvent.Kind;

/** Generations and faults of a run over time. */
record Timeline(RunRecord record) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** A page does not get longer by a run that begins again for ever. */
  private static final int MOST_ROWS = 40;

  SpanChart chart() {
    List<Span> spans = spans();
    return new SpanChart(
        "Generations and faults" + (spans.size() == MOST_ROWS ? ", the newest" : ""),
        spans.stream().mapToDouble(Span::from).min().orElse(0),
        end(),
        spans,
        faults());
  }

  /** From the first event to the last, in seconds. */
  double seconds() {
    List<RunEvent> events = record.events();
    return events.isEmpty() ? 0 : end() - events.get(0).time();
  }

  static String time(double seconds) {
    return TIME.format(Instant.ofEpochMilli(Math.round(seconds * 1000)));
  }

  private double end() {
    double logged = record.logged().stream().mapToDouble(LoggedStep::time).max().orElse(0);
    return Math.max(logged, record.events().stream().mapToDouble(RunEvent::time).max().orElse(0));
  }

  private List<Span> spans() {
    List<Span> spans = new ArrayList<>();
    List<RunEvent> events = record.events();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).kind() == Kind.GENERATION) {
        boolean open = i + 1 == events.size();
        spans.add(open ? underWay(events.get(i)) : ended(events.get(i), events.get(i + 1)));
      }
    }
    return spans.subList(Math.max(0, spans.size() - MOST_ROWS), spans.size());
  }

  private Span underWay(RunEvent generation) {
    return span(generation, end(), "whole", "under way");
  }

  private static Span ended(RunEvent generation, RunEvent next) {
    return switch (next.kind()) {
      case FAILED -> span(generation, next.time(), "failed", next.word("message"));
      case ENDED -> span(generation, next.time(), "failed", next.word("message"));
      case STARTED -> span(generation, next.time(), "failed", "its driver is gone");
      case GENERATION, TRAINED -> span(generation, next.time(), "whole", "done");
    };
  }

  private static Span span(RunEvent generation, double to, String style, String end) {
    String name = "gen " + generation.word("generation");
    String said =
        "generation %s, from step %d on %s ranks, %s to %s: %s"
            .formatted(
                generation.word("generation"),
                generation.step(),
                generation.word("ranks"),
                time(generation.time()),
                time(to),
                end);
    return new Span(name, generation.time(), to, style, said);
  }

  private List<Mark> faults() {
    List<Mark> marks = new ArrayList<>();
    for (RunEvent fault : record.events(Kind.FAILED)) {
      marks.add(new Mark(fault.time(), "fault", time(fault.time()) + ": " + fault.word("message")));
    }
    return marks;
  }
}
