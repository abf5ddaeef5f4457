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
  /** Of a run that logged no more than these, in the order of a spread. */
  private static final List<String> EXTREMES = List.of("lowest", "median", "highest");

  /** One step's values in the order of the ranks, or only the extremes of very many ranks. */
  private record Values(long step, double[] ofRanks, boolean isSpread) {}

  static RankLines of(List<LoggedStep> logged, String figure) {
    List<String> tags = new ArrayList<>();
    List<String> extremes = EXTREMES.stream().map(word -> tag(word, figure)).toList();
    List<Values> steps = new ArrayList<>();
    for (LoggedStep step : logged) {
      double[] values = values(step, tags, figure);
      if (values.length > 0) {
        steps.add(new Values(step.step(), values, false));
      } else if (!Double.isNaN(step.figure(extremes.get(0)))) {
        double[] spread = extremes.stream().mapToDouble(step::figure).toArray();
        steps.add(new Values(step.step(), spread, true));
      }
    }
    return new RankLines(steps);
  }

  private static double[] values(LoggedStep step, List<String> tags, String figure) {
    List<Double> values = new ArrayList<>();
    while (true) {
      int rank = values.size();
      if (rank == tags.size()) {
        tags.add(tag("" + rank, figure));
      }
      double value = step.figure(tags.get(rank));
      if (Double.isNaN(value)) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
      }
      values.add(value);
    }
  }

  private static String tag(String rank, String figure) {
    return "rank/" + rank + "/" + figure;
  }

  /** Whether a line for each rank can be told from the others. */
  boolean areFew(int most) {
    return ranks() <= most && steps.stream().noneMatch(Values::isSpread);
  }

  /** The most that are known of a step. */
  private int ranks() {
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
        new Series(highestName(), "three", highest),
        new Series("median", "one", median),
        new Series("lowest", "two", lowest));
  }

  private String highestName() {
    boolean all = steps.stream().noneMatch(Values::isSpread);
    return all ? "highest of %d ranks".formatted(ranks()) : "highest of all ranks";
  }

  private static Point point(Values step, int rank, double value, String which) {
    String whose = step.isSpread() ? "" : ", rank " + rank;
    String said = "step %d%s: %.4g%s".formatted(step.step(), whose, value, which);
    return new Point(step.step(), value, said);
  }
}
