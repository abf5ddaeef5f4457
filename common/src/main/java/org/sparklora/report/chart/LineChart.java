package org.sparklora.report.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.sparklora.report.chart.Series.Point;

/**
 * Lines over a common axis.
 *
 * @param marks upright lines, at which something happened
 */
public record LineChart(String title, String xName, List<Series> series, List<Mark> marks) {
  private static final double RADIUS = 2.5;
  private static final double HOVER_RADIUS = 7;

  /** Something that happened at {@code x}. */
  public record Mark(double x, String style, String said) {}

  public LineChart {
    series = series.stream().filter(s -> !s.isEmpty()).toList();
    marks = List.copyOf(marks);
  }

  /** Whether there is anything to draw. */
  public boolean isEmpty() {
    return series.isEmpty();
  }

  /** The picture with its title and legend. */
  public Markup figure() {
    Markup figure = new Markup().open("figure").leaf("figcaption", title);
    if (series.size() > 1) {
      Legend.add(figure, series);
    }
    return figure.add(picture()).close().line();
  }

  private Markup picture() {
    Frame frame = new Frame(xTicks(), yTicks(), xName);
    Markup svg = frame.begin(title);
    frame.labelBelow(svg);
    marks.forEach(mark -> mark(svg, frame, mark));
    series.forEach(one -> line(svg, frame, one));
    series.forEach(one -> points(svg, frame, one));
    return svg.close();
  }

  private void mark(Markup svg, Frame frame, Mark mark) {
    if (mark.x() < frame.x().low() || mark.x() > frame.x().high()) {
      return;
    }
    String x = Frame.number(frame.left(mark.x()));
    svg.open("g", "class", "mark " + mark.style()).leaf("title", mark.said());
    svg.empty("line", "x1", x, "x2", x, "y1", "" + Frame.TOP, "y2", "" + Frame.BOTTOM).close();
  }

  private static void line(Markup svg, Frame frame, Series one) {
    StringBuilder path = new StringBuilder();
    boolean gap = true;
    for (Point point : one.drawn()) {
      if (point.isFinite()) {
        path.append(gap ? 'M' : 'L').append(place(frame, point));
      }
      gap = !point.isFinite();
    }
    svg.empty("path", "class", "line " + one.style(), "d", path.toString());
  }

  private static String place(Frame frame, Point point) {
    return String.format(Locale.ROOT, "%.1f %.1f", frame.left(point.x()), frame.top(point.y()));
  }

  private static void points(Markup svg, Frame frame, Series one) {
    List<Point> drawn = one.drawn();
    boolean sparse = drawn.size() <= 40;
    for (Point point : drawn) {
      if (point.isFinite() && !point.said().isEmpty()) {
        svg.open("g", "class", "point " + one.style()).leaf("title", point.said());
        if (sparse) {
          circle(svg, frame, point, RADIUS, "dot");
        }
        circle(svg, frame, point, HOVER_RADIUS, "hover");
        svg.close();
      }
    }
  }

  private static void circle(Markup svg, Frame frame, Point point, double radius, String style) {
    svg.empty(
        "circle",
        "class",
        style,
        "cx",
        Frame.number(frame.left(point.x())),
        "cy",
        Frame.number(frame.top(point.y())),
        "r",
        Frame.number(radius));
  }

  private Ticks xTicks() {
    List<Double> xs = finite(Point::x);
    double low = xs.stream().mapToDouble(x -> x).min().orElse(0);
    double high = xs.stream().mapToDouble(x -> x).max().orElse(1);
    return Ticks.whole(low <= high / 4 ? 0 : low, high, 5);
  }

  private Ticks yTicks() {
    List<Double> ys = finite(Point::y);
    double low = ys.stream().mapToDouble(y -> y).min().orElse(0);
    double high = ys.stream().mapToDouble(y -> y).max().orElse(1);
    return Ticks.around(low >= 0 && low <= high / 2 ? 0 : low, high, 4);
  }

  private List<Double> finite(ToDoubleFunction<Point> of) {
    List<Double> values = new ArrayList<>();
    for (Series one : series) {
      one.points().stream()
          .filter(Point::isFinite)
          .forEach(point -> values.add(of.applyAsDouble(point)));
    }
    return values;
  }
}
