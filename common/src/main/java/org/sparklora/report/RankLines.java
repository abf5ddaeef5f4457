package org.sparklora.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.sparklora.metric.LoggedStep;
import org.sparklora.report.chart.Series;
import org.sparklora.report.chart.Series.Point;

/**
 * One figure of each rank over the logged steps.
 *
 * @param steps those that have it
 */
record RankLines(List<Values> steps) {
  /** One step's values in the order of the ranks. */
  private record Values(long step, double[] ofRanks) {}

  static RankLines of(List<LoggedStep> logged, String figure) {
    List<String> tags = new ArrayList<>();
    List<Values> steps = new ArrayList<>();
    for (LoggedStep step : logged) {
      List<Double> values = new ArrayList<>();
      while (true) {
        int rank = values.size();
        if (rank == tags.size()) {
          tags.add("rank/" + rank + "/" + figure);
        }
        double value = step.figure(tags.get(rank));
        if (Double.isNaN(value)) {
          break;
        }
        values.add(value);
      }
      if (!values.isEmpty()) {
        steps.add(
            new Values(step.step(), values.stream().mapToDouble(Double::doubleValue).toArray()));
      }
    }
    return new RankLines(steps);
  }

  /** The most that there were at a step. */
  int ranks() {
    return steps.stream().mapToInt(values -> values.ofRanks().length).max().orElse(0);
  }

  /** A line for each rank. */
  List<Series> each(List<String> styles) {
    List<Series> lines = new ArrayList<>();
    for (int rank = 0; rank < ranks(); rank++) {
      List<Point> points = new ArrayList<>();
      for (Values step : steps) {
        double value = rank < step.ofRanks().length ? step.ofRanks()[rank] : Double.NaN;
        points.add(point(step, rank, value, ""));
      }
      lines.add(new Series("rank " + rank, styles.get(rank), points));
    }
    return lines;
  }

  /** The highest, the median and the lowest of many ranks; a point says whose it is. */
  List<Series> spread() {
    List<Point> highest = new ArrayList<>();
    List<Point> median = new ArrayList<>();
    List<Point> lowest = new ArrayList<>();
    for (Values step : steps) {
      double[] values = step.ofRanks();
      int[] order =
          IntStream.range(0, values.length)
              .boxed()
              .sorted(Comparator.comparingDouble(rank -> values[rank]))
              .mapToInt(Integer::intValue)
              .toArray();
      lowest.add(point(step, order[0], values[order[0]], ", the lowest"));
      int middle = order[order.length / 2];
      median.add(point(step, middle, values[middle], ", the median"));
      int last = order[order.length - 1];
      highest.add(point(step, last, values[last], ", the highest"));
    }
    return List.of(
        new Series("highest of %d ranks".formatted(ranks()), "three", highest),
        new Series("median", "one", median),
        new Series("lowest", "two", lowest));
  }

  private static Point point(Values step, int rank, double value, String which) {
    String said = "step %d, rank %d: %.4g%s".formatted(step.step(), rank, value, which);
    return new Point(step.step(), value, said);
  }
}
