package org.sparklora.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sparklora.report.chart.BarChart.Bar;

class TestBarChart {
  private static final Pattern NAME_BELOW =
      Pattern.compile(
          "<text x=\"([0-9.]+)\" y=\"%.1f\"[^>]*>n(\\d+)<".formatted(Frame.BOTTOM + 16.));

  @Test
  void namesOfBarsStandApart() {
    assertEquals(3, places(3).size());
    List<Double> places = places(17);
    assertTrue(places.size() >= 4, places.toString());
    for (int i = 1; i < places.size(); i++) {
      assertTrue(places.get(i) - places.get(i - 1) >= 7 * 7, places.toString());
    }
  }

  private static List<Double> places(int bars) {
    List<Bar> all = new ArrayList<>();
    for (int i = 0; i < bars; i++) {
      all.add(new Bar("n%06d".formatted(i), i, ""));
    }
    String svg = new BarChart("rows", "tokens", all).figure().toString();
    List<MatchResult> names = NAME_BELOW.matcher(svg).results().toList();
    assertEquals(bars - 1, Integer.parseInt(names.get(names.size() - 1).group(2)));
    return names.stream().map(name -> Double.parseDouble(name.group(1))).toList();
  }
}
