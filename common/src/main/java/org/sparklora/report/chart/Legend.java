package org.sparklora.report.chart;

import java.util.List;

/** Which line is which. */
final class Legend {
  private Legend() {}

  static void add(Markup figure, List<Series> series) {
    figure.open("ul", "class", "legend");
    for (Series one : series) {
      figure.open("li").leaf("span", "", "class", "key " + one.style()).text(one.name()).close();
    }
    figure.close();
  }
}
