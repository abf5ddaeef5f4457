package org.sparklora.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.metric.LoggedStep;
import org.sparklora.report.chart.LineChart;
import org.sparklora.report.chart.LineChart.Mark;
import org.sparklora.report.chart.Series;
import org.sparklora.report.chart.Series.Point;
import org.sparklora.track.RunEvent;

/** The figures of a run over its steps, as lines. */
record Curves(RunRecord record) {
  /** Of lines by rank; of more ranks the extremes are drawn. */
  private static final List<String> STYLES =
      List.of("one", "two", "three", "four", "five", "six", "seven", "eight");

  private static final String STEPS = "step";
  private static final int FEWEST_TO_SMOOTH = 8;

  /** All of them, those without a value left out. */
  List<LineChart> all() {
    return List.of(
            new LineChart("Loss", STEPS, losses(), marks()),
            chart("Learning rate", "learning_rate"),
            chart("Gradient norm, before clipping", "grad_norm"),
            new LineChart("Tokens per second", STEPS, speed(), marks()),
            ranks("Tokens per second of each rank's own work", "tokens_per_second"),
            ranks("Waiting for other ranks, part of the time", "waiting_for_peers"),
            ranks("Waiting for rows, part of the time", "waiting_for_data"),
            ranks("Memory of each rank, MB", "memory_mb"))
        .stream()
        .filter(chart -> !chart.isEmpty())
        .toList();
  }

  private LineChart chart(String title, String key) {
    Series line = new Series(title, "one", points(record.history().training(), key));
    return new LineChart(title, STEPS, List.of(line), marks());
  }

  private List<Series> losses() {
    LogHistory history = record.history();
    List<Point> raw = points(history.training(), LogHistory.LOSS);
    List<Series> lines = new ArrayList<>();
    if (raw.size() >= FEWEST_TO_SMOOTH) {
      lines.add(new Series("loss", "faint", raw));
      lines.add(new Series("smoothed", "one", smoothed(raw)));
    } else {
      lines.add(new Series("loss", "one", raw));
    }
    lines.add(
        new Series("evaluation", "two", points(history.evaluations(), LogHistory.EVALUATION)));
    history
        .bestEvaluation()
        .ifPresent(
            best ->
                lines.add(
                    new Series(
                        "best evaluation", "best", points(List.of(best), LogHistory.EVALUATION))));
    return lines;
  }

  private List<Series> speed() {
    List<Point> points = new ArrayList<>();
    for (LoggedStep step : record.logged()) {
      double speed = step.figure("train/tokens_per_second");
      points.add(new Point(step.step(), speed, "step %d: %.0f".formatted(step.step(), speed)));
    }
    return List.of(new Series("all ranks", "one", points));
  }

  private LineChart ranks(String title, String figure) {
    RankLines lines = RankLines.of(record.logged(), figure);
    return new LineChart(
        title, STEPS, lines.areFew(STYLES.size()) ? lines.each(STYLES) : lines.spread(), marks());
  }

  private static List<Point> points(List<JsonNode> entries, String key) {
    List<Point> points = new ArrayList<>();
    for (JsonNode entry : entries) {
      JsonNode value = entry.path(key);
      String said = "step %s: %s %s".formatted(entry.path("step").asText(), key, value.asText());
      points.add(
          new Point(
              entry.path("step").asDouble(),
              value.isNumber() ? value.asDouble() : Double.NaN,
              said));
    }
    return points;
  }

  /** The mean of what came before, newer values counting more, as TensorBoard smooths. */
  private static List<Point> smoothed(List<Point> raw) {
    double kept = 1 - 2.0 / (Math.max(3, raw.size() / 15) + 1);
    List<Point> smoothed = new ArrayList<>();
    double sum = 0;
    double weight = 0;
    for (Point point : raw) {
      if (Double.isFinite(point.y())) {
        sum = kept * sum + (1 - kept) * point.y();
        weight = kept * weight + (1 - kept);
      }
      smoothed.add(new Point(point.x(), weight == 0 ? Double.NaN : sum / weight, ""));
    }
    return smoothed;
  }

  /** Where generations went on after a fault or a stop. */
  private List<Mark> marks() {
    List<Mark> marks = new ArrayList<>();
    for (RunEvent event : record.events(RunEvent.Kind.GENERATION)) {
      if (event.step() > 0) {
        String said = "generation %s goes on from step %d on %s ranks";
        marks.add(
            new Mark(
                event.step(),
                "again",
                said.formatted(event.word("generation"), event.step(), event.word("ranks"))));
      }
    }
    return marks;
  }
}
