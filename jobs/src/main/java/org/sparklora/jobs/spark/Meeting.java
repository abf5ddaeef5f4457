package org.sparklora.jobs.spark;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Where the ranks of a generation leave a line each and learn all of them. A later attempt at their
 * stage, or a later stage, begins anew; whoever still comes from an earlier one learns nothing.
 */
final class Meeting {
  private static final Comparator<Arrival> BY_ATTEMPT =
      Comparator.comparingInt(Arrival::stage).thenComparingInt(Arrival::attempt);

  private Arrival newest;
  private String[] lines;

  /**
   * A rank that comes, or asks again.
   *
   * @param stage number of its stage in the application
   * @param attempt number of the attempt at that stage
   * @param line without line ends
   */
  record Arrival(int stage, int attempt, int rank, int ranks, String line) {
    private static final int PARTS = 5;

    static Arrival parse(String text) {
      String[] parts = text.split(" ", PARTS);
      return new Arrival(
          Integer.parseInt(parts[0]),
          Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]),
          Integer.parseInt(parts[3]),
          parts[4]);
    }

    String text() {
      return "%d %d %d %d %s".formatted(stage, attempt, rank, ranks, line);
    }
  }

  /** All lines in rank order; none until every rank has come. */
  List<String> with(Arrival arrival) {
    int order = newest == null ? 1 : BY_ATTEMPT.compare(arrival, newest);
    if (order < 0) {
      return List.of();
    }
    if (order > 0) {
      newest = arrival;
      lines = new String[arrival.ranks()];
    }
    lines[arrival.rank()] = arrival.line();
    return Arrays.stream(lines).allMatch(Objects::nonNull) ? List.of(lines) : List.of();
  }
}
