package org.sparklora.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TestTicks {
  @Test
  void marksAreRoundAndHoldTheRange() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      double size = Math.pow(10, random.nextInt(-9, 12));
      double low = (random.nextDouble() - 0.5) * size;
      double high = low + random.nextDouble() * size;
      Ticks ticks = Ticks.around(low, high, 4);
      double slack = ticks.step() * 1e-6;
      assertTrue(ticks.low() <= low + slack && ticks.high() >= high - slack, ticks.toString());
      assertTrue(ticks.count() >= 1 && ticks.count() <= 7, ticks.toString());
    }
  }

  @Test
  void labelsAreAsShortAsTheStepAllows() {
    assertEquals(List.of("0", "0.5", "1.0", "1.5"), labels(Ticks.around(0, 1.5, 4)));
    assertEquals(List.of("0", "5e-6", "1e-5"), labels(Ticks.around(0, 1e-5, 2)));
    assertEquals(List.of("0", "100", "200", "300", "400"), labels(Ticks.whole(0, 400, 4)));
    assertEquals(List.of("0", "1"), labels(Ticks.whole(0, 1, 1)));
    assertEquals(List.of("0", "1e6", "2e6"), labels(Ticks.around(0, 2e6, 2)));
  }

  @Test
  void equalValuesHaveARangeToo() {
    assertTrue(Ticks.around(3, 3, 4).high() > 3);
    assertEquals(List.of("0", "1"), labels(Ticks.around(0, 0, 4)));
    for (double value : new double[] {1e-12, -1e-12, 1e-7, 3e5, -2e9}) {
      Ticks ticks = Ticks.around(value, value, 4);
      double range = ticks.high() - ticks.low();
      assertTrue(range > 0.1 * Math.abs(value) && range < Math.abs(value), ticks.toString());
    }
  }

  @Test
  void everyMarkHasALabelOfItsOwnThatIsShort() {
    Random random = new Random(8);
    for (int i = 0; i < 2_000; i++) {
      double low = Math.pow(10, random.nextInt(-9, 9)) * (1 + random.nextDouble());
      double high = low * (1 + Math.pow(10, random.nextInt(-17, 2)));
      List<String> labels = labels(Ticks.around(low, high, 4));
      assertEquals(labels.size(), Set.copyOf(labels).size(), labels.toString());
      labels.forEach(label -> assertTrue(label.length() <= 10, labels.toString()));
    }
  }

  private static List<String> labels(Ticks ticks) {
    return ticks.values().stream().map(ticks::label).toList();
  }
}
