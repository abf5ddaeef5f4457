package org.sparklora.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.report.chart.Series.Point;

class TestSeries {
  @Test
  void ofManyPointsTheExtremesAreDrawn() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      points.add(new Point(i, i == 1_234 ? 50 : i == 2_345 ? -50 : i % 7, ""));
    }
    List<Double> drawn = drawn(points);
    assertTrue(drawn.size() <= 600, "" + drawn.size());
    assertTrue(drawn.contains(50.) && drawn.contains(-50.), drawn.toString());
  }

  @Test
  void whatIsNoNumberHidesNoPeakBehindIt() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      points.add(new Point(i, i % 10 == 0 ? Double.NaN : i % 10 == 5 ? 9 : 1, ""));
    }
    List<Double> drawn = drawn(points);
    assertEquals(300, drawn.stream().filter(y -> y == 9).count());
    assertEquals(300, drawn.stream().filter(y -> y == 1).count());
  }

  private static List<Double> drawn(List<Point> points) {
    return new Series("loss", "one", points).drawn().stream().map(Point::y).toList();
  }
}
