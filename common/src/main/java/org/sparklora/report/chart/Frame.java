package org.sparklora.report.chart;

import java.util.Locale;

/** The axes of a picture; its units are a phone's pixels, and it grows with its place. */
record Frame(Ticks x, Ticks y, String xName) {
  static final int WIDTH = 460;
  static final int HEIGHT = 220;
  static final int LEFT = 52;
  static final int RIGHT = WIDTH - 12;
  static final int TOP = 10;
  static final int BOTTOM = HEIGHT - 36;

  /** An empty picture of a frame's width. */
  static Markup opened(String title, int height) {
    Markup svg = new Markup();
    svg.open(
        "svg",
        "viewBox",
        "0 0 %d %d".formatted(WIDTH, height),
        "role",
        "img",
        "aria-label",
        title,
        "xmlns",
        "http://www.w3.org/2000/svg");
    return svg;
  }

  /** Begins the picture: the grid with its labels, and what the lower axis counts. */
  Markup begin(String title) {
    Markup svg = opened(title, HEIGHT);
    for (double value : y.values()) {
      String top = number(top(value));
      svg.empty("line", "class", "grid", "x1", "" + LEFT, "x2", "" + RIGHT, "y1", top, "y2", top);
      label(svg, LEFT - 6, top(value) + 4, "end", y.label(value));
    }
    label(svg, (LEFT + RIGHT) / 2.0, HEIGHT - 4, "middle", xName);
    return svg;
  }

  /** The labels of the lower axis. */
  void labelBelow(Markup svg) {
    for (double value : x.values()) {
      label(svg, left(value), BOTTOM + 16, "middle", x.label(value));
    }
  }

  double left(double value) {
    return LEFT + x.part(value) * (RIGHT - LEFT);
  }

  double top(double value) {
    return BOTTOM - y.part(value) * (BOTTOM - TOP);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  static void label(Markup svg, double x, double y, String anchor, String text) {
    svg.leaf("text", text, "x", number(x), "y", number(y), "text-anchor", anchor);
  }
}
