package org.sparklora.report.chart;

import java.util.List;
import java.util.Locale;

/**
 * What lasted from when to when, a row for each, with marks of what happened; times in seconds.
 *
 * @param from the earliest time
 * @param to the latest
 */
public record SpanChart(
    String title, double from, double to, List<Span> spans, List<LineChart.Mark> marks) {
  private static final int ROW = 22;
  private static final int FOOT = 34;

  /** What lasted, and the words shown on hover. */
  public record Span(String name, double from, double to, String style, String said) {}

  public SpanChart {
    spans = List.copyOf(spans);
    marks = List.copyOf(marks);
  }

  public boolean isEmpty() {
    return spans.isEmpty();
  }

  /** The picture with its title. */
  public Markup figure() {
    int bottom = Frame.TOP + spans.size() * ROW;
    Markup svg = Frame.opened(title, bottom + FOOT);
    Unit unit = Unit.of(to - from);
    axis(svg, unit, bottom);
    for (int i = 0; i < spans.size(); i++) {
      span(svg, unit, spans.get(i), Frame.TOP + i * ROW);
    }
    marks.forEach(mark -> mark(svg, unit, mark, bottom));
    svg.close();
    return new Markup().open("figure").leaf("figcaption", title).add(svg).close().line();
  }

  private void axis(Markup svg, Unit unit, int bottom) {
    Ticks ticks = ticks(unit);
    for (double value : ticks.values()) {
      String x = Frame.number(Frame.LEFT + ticks.part(value) * (Frame.RIGHT - Frame.LEFT));
      svg.empty("line", "class", "grid", "x1", x, "x2", x, "y1", "" + Frame.TOP, "y2", "" + bottom);
      double left = Double.parseDouble(x);
      Frame.label(svg, left, bottom + 14, "middle", ticks.label(value));
    }
    double middle = (Frame.LEFT + Frame.RIGHT) / 2.0;
    Frame.label(svg, middle, bottom + 30, "middle", unit.name + " since the run began");
  }

  private Ticks ticks(Unit unit) {
    return Ticks.around(0, Math.max((to - from) / unit.seconds, 1e-3), 5);
  }

  private double left(Unit unit, double time) {
    double part = ticks(unit).part((time - from) / unit.seconds);
    return Frame.LEFT + Math.min(1, Math.max(0, part)) * (Frame.RIGHT - Frame.LEFT);
  }

  private void span(Markup svg, Unit unit, Span span, int top) {
    double left = left(unit, span.from());
    double width = Math.max(2, left(unit, span.to()) - left);
    svg.open("g", "class", "span " + span.style()).leaf("title", span.said());
    svg.empty(
        "rect",
        "x",
        Frame.number(left),
        "width",
        Frame.number(width),
        "y",
        "" + (top + 4),
        "height",
        "" + (ROW - 8));
    svg.close();
    Frame.label(svg, Frame.LEFT - 6, top + 15, "end", span.name());
  }

  private void mark(Markup svg, Unit unit, LineChart.Mark mark, int bottom) {
    String x = Frame.number(left(unit, mark.x()));
    svg.open("g", "class", "mark " + mark.style()).leaf("title", mark.said());
    svg.empty("line", "x1", x, "x2", x, "y1", "" + Frame.TOP, "y2", "" + bottom);
    svg.empty("circle", "cx", x, "cy", "" + bottom, "r", "4").close();
  }

  /** What times are counted in. */
  private enum Unit {
    SECONDS(1),
    MINUTES(60),
    HOURS(3600),
    DAYS(86_400);

    private final double seconds;
    private final String name = name().toLowerCase(Locale.ROOT);

    Unit(double seconds) {
      this.seconds = seconds;
    }

    static Unit of(double length) {
      if (length < 3 * MINUTES.seconds) {
        return SECONDS;
      }
      return length < 3 * HOURS.seconds ? MINUTES : length < 3 * DAYS.seconds ? HOURS : DAYS;
    }
  }
}
