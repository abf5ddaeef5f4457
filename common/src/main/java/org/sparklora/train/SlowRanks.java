package org.sparklora.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Finds the ranks that the others wait for, and says what is slow about them. */
final class SlowRanks {
  /** Times the median of the others. */
  private static final double SLOW = 1.25;

  /** A rank is told of once it was slow for so many steps in a row. */
  private static final long ENOUGH_STEPS = 10;

  /** Seconds of one step that are no slowness but a standstill: a frozen process or host. */
  private static final double STANDSTILL = 1;

  private final Map<Integer, Long> slowFor = new HashMap<>();

  /** A line for each rank that is worth one now. */
  List<String> judge(List<RankShare> shares) {
    List<String> lines = new ArrayList<>();
    for (int rank = 0; rank < shares.size() && shares.size() > 1; rank++) {
      line(shares, rank).ifPresent(lines::add);
    }
    return lines;
  }

  private Optional<String> line(List<RankShare> shares, int rank) {
    RankShare one = shares.get(rank);
    double usual = others(shares, rank, SlowRanks::cost);
    boolean isSlow = one.steps() > 0 && usual > 0 && cost(one) > SLOW * usual;
    boolean wasSlow = slowFor.containsKey(rank);
    if (!isSlow) {
      slowFor.remove(rank);
    }
    if (!wasSlow && stoodStill(one, others(shares, rank, RankShare::longest))) {
      if (isSlow) {
        slowFor.put(rank, 0L); // it counts from here on, should it stay so
      }
      return Optional.of(
          "Rank %d on %s stood still for %.1f s at step %d."
              .formatted(rank, one.host(), one.longest(), one.longestStep()));
    }
    return isSlow ? slowForLong(shares, rank) : Optional.empty();
  }

  private Optional<String> slowForLong(List<RankShare> shares, int rank) {
    long steps = shares.get(rank).steps();
    long before = slowFor.merge(rank, steps, Long::sum) - steps;
    boolean now = before < ENOUGH_STEPS && before + steps >= ENOUGH_STEPS;
    return now ? Optional.of(slow(shares, rank)) : Optional.empty();
  }

  /** One step, of which others had no like, took longer than all the rest of its own work. */
  private static boolean stoodStill(RankShare one, double usual) {
    return one.longest() > STANDSTILL + 2 * usual && 2 * one.longest() >= one.own();
  }

  private static String slow(List<RankShare> shares, int rank) {
    RankShare one = shares.get(rank);
    double data = perToken(one, one.data()) - others(shares, rank, s -> perToken(s, s.data()));
    double computing =
        perToken(one, one.computing()) - others(shares, rank, s -> perToken(s, s.computing()));
    return "Rank %d on %s is slower than the others: %.0f tokens/s, not %.0f, in %d steps; slow is %s."
        .formatted(
            rank,
            one.host(),
            1 / cost(one),
            1 / others(shares, rank, SlowRanks::cost),
            one.steps(),
            data > computing ? "waiting for its rows" : "computing");
  }

  /** Seconds of own work for a token; rows are dealt so that ranks have about as many. */
  private static double cost(RankShare share) {
    return perToken(share, share.own());
  }

  private static double perToken(RankShare share, double seconds) {
    return seconds / Math.max(1, share.tokens());
  }

  private static double others(
      List<RankShare> shares, int rank, ToDoubleFunction<RankShare> figure) {
    List<Double> sorted = new ArrayList<>();
    for (int other = 0; other < shares.size(); other++) {
      if (other != rank) {
        sorted.add(figure.applyAsDouble(shares.get(other)));
      }
    }
    sorted.sort(null);
    return sorted.get((sorted.size() - 1) / 2);
  }
}
