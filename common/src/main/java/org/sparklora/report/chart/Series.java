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
      lowest = isBeyond(part.get(i), part.get(lowest), -1) ? i : lowest;
      highest = isBeyond(part.get(i), part.get(highest), 1) ? i : highest;
    }
    drawn.add(part.get(Math.min(lowest, highest)));
    if (lowest != highest) {
      drawn.add(part.get(Math.max(lowest, highest)));
    }
  }

  /** Whether {@code a} is further out in a direction; what is not finite is no extreme. */
  private static boolean isBeyond(Point a, Point b, int direction) {
    return a.isFinite() && (!b.isFinite() || direction * a.y() > direction * b.y());
  }
}
