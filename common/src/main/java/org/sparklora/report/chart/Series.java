package org.sparklora.report.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of points; one that is not finite is a gap.
 *
 * @param name in the legend
 * @param style class of the line, which the style sheet colours
 */
public record Series(String name, String style, List<Point> points) {
  /** Points that can be told apart on a line as wide as ours. */
  private static final int MOST_POINTS = 600;

  /**
   * One point.
   *
   * @param said the words shown on hover; empty for none
   */
  public record Point(double x, double y, String said) {
    boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  public Series {
    points = List.copyOf(points);
  }

  boolean isEmpty() {
    return points.stream().noneMatch(Point::isFinite);
  }

  /** Fewer of the same points, where they would lie on one another: of each part the extremes. */
  List<Point> drawn() {
    if (points.size() <= MOST_POINTS) {
      return points;
    }
    List<Point> drawn = new ArrayList<>();
    int parts = MOST_POINTS / 2;
    for (int part = 0; part < parts; part++) {
      int from = (int) ((long) points.size() * part / parts);
      int to = (int) ((long) points.size() * (part + 1) / parts);
      addExtremes(points.subList(from, to), drawn);
    }
    return drawn;
  }

  private static void addExtremes(List<Point> part, List<Point> drawn) {
    int lowest = 0;
    int highest = 0;
    for (int i = 1; i < part.size(); i++) {
      lowest = lower(part.get(i), part.get(lowest)) ? i : lowest;
      highest = lower(part.get(highest), part.get(i)) ? i : highest;
    }
    drawn.add(part.get(Math.min(lowest, highest)));
    if (lowest != highest) {
      drawn.add(part.get(Math.max(lowest, highest)));
    }
  }

  private static boolean lower(Point a, Point b) {
    return a.isFinite() && (!b.isFinite() || a.y() < b.y());
  }
}
