package org.sparklora.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** An evaluation as a table for the screen: a column for each that was judged. */
public record SideBySide(List<Judged> judged) {
  private static final int LONGEST_NAME = 24;

  public String text() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(line("", j -> shortened(j.name())));
    lines.add(line("rows", j -> Long.toString(j.rows())));
    if (judged.stream().anyMatch(j -> j.badRows() > 0)) {
      lines.add(line("bad_rows", j -> Long.toString(j.badRows())));
    }
    Set<String> figures = new LinkedHashSet<>();
    judged.forEach(j -> figures.addAll(j.figures().keySet()));
    figures.forEach(name -> lines.add(line(name, j -> number(j.figures().get(name)))));
    return aligned(lines);
  }

  private List<String> line(String name, Function<Judged, String> cell) {
    List<String> line = new ArrayList<>(List.of(name));
    judged.forEach(j -> line.add(cell.apply(j)));
    return line;
  }

  private static String number(Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.4f", value);
  }

  /** The end of a path says more than its beginning. */
  private static String shortened(String name) {
    int points = name.codePointCount(0, name.length());
    return points <= LONGEST_NAME
        ? name
        : "…" + name.substring(name.offsetByCodePoints(0, points - LONGEST_NAME + 1));
  }

  private static String aligned(List<List<String>> lines) {
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < line.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
        String blanks = " ".repeat(width - line.get(i).length());
        row.append(i == 0 ? line.get(i) + blanks : "  " + blanks + line.get(i));
      }
      text.append(text.isEmpty() ? "" : "\n").append(row.toString().stripTrailing());
    }
    return text.toString();
  }
}
