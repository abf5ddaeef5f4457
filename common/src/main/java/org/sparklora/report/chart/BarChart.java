package org.sparklora.report.chart;

import java.util.List;

/** Upright bars side by side, one for each name. */
public record BarChart(String title, String xName, List<Bar> bars) {
  /** Of a letter of a label, about. */
  private static final double LETTER = 7;

  /** A bar, and the words shown on hover. */
  public record Bar(String name, double height, String said) {}

  public BarChart {
    bars = List.copyOf(bars);
  }

  public boolean isEmpty() {
    return bars.isEmpty();
  }

  /** The picture with its title. */
  public Markup figure() {
    double highest = bars.stream().mapToDouble(Bar::height).max().orElse(1);
    Frame frame = new Frame(new Ticks(0, bars.size(), 1), Ticks.whole(0, highest, 4), xName);
    Markup svg = frame.begin(title);
    for (int i = 0; i < bars.size(); i++) {
      bar(svg, frame, i);
    }
    Markup figure = new Markup().open("figure").leaf("figcaption", title);
    return figure.add(svg.close()).close().line();
  }

  private void bar(Markup svg, Frame frame, int index) {
    Bar bar = bars.get(index);
    double left = frame.left(index + 0.1);
    double right = frame.left(index + 0.9);
    double top = frame.top(bar.height());
    svg.open("g", "class", "bar").leaf("title", bar.said());
    svg.empty(
        "rect",
        "x",
        Frame.number(left),
        "width",
        Frame.number(right - left),
        "y",
        Frame.number(top),
        "height",
        Frame.number(Math.max(0, Frame.BOTTOM - top)));
    svg.close();
    if ((bars.size() - 1 - index) % everyLabel() == 0) {
      Frame.label(svg, (left + right) / 2, Frame.BOTTOM + 16, "middle", bar.name());
    }
  }

  /** Of so many bars one has its name below it, where not all have room. */
  private int everyLabel() {
    int letters = bars.stream().mapToInt(bar -> bar.name().length()).max().orElse(0);
    double room = (double) (Frame.RIGHT - Frame.LEFT) / bars.size();
    return (int) Math.max(1, Math.ceil(LETTER * (letters + 1) / room));
  }
}
