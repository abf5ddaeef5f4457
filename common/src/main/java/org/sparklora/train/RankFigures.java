package org.sparklora.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The shares of all ranks as figures of a logged step. */
final class RankFigures {
  /** Of more ranks than these an entry holds three for all: it is on every reader's screen. */
  static final int MOST_RANKS = 64;

  private static final Map<String, ToDoubleFunction<RankShare>> OF_A_RANK = ofARank();

  private RankFigures() {}

  static Map<String, Double> of(List<RankShare> shares) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(
        "train/wait_share",
        shares.stream().mapToDouble(s -> part(s.peers(), s.seconds())).average().orElse(0));
    if (shares.size() > MOST_RANKS) {
      OF_A_RANK.forEach((name, figure) -> spread(figures, name, shares, figure));
      return figures;
    }
    for (int rank = 0; rank < shares.size(); rank++) {
      RankShare share = shares.get(rank);
      String tag = "rank/" + rank + "/";
      OF_A_RANK.forEach((name, figure) -> figures.put(tag + name, figure.applyAsDouble(share)));
    }
    return figures;
  }

  private static void spread(
      Map<String, Double> figures,
      String name,
      List<RankShare> shares,
      ToDoubleFunction<RankShare> figure) {
    double[] sorted = shares.stream().mapToDouble(figure).toArray();
    Arrays.sort(sorted);
    figures.put("rank/highest/" + name, sorted[sorted.length - 1]);
    figures.put("rank/median/" + name, sorted[sorted.length / 2]);
    figures.put("rank/lowest/" + name, sorted[0]);
  }

  private static Map<String, ToDoubleFunction<RankShare>> ofARank() {
    Map<String, ToDoubleFunction<RankShare>> figures = new LinkedHashMap<>();
    figures.put("tokens_per_second", share -> part((double) share.tokens(), share.own()));
    figures.put("computing", share -> part(share.computing(), share.seconds()));
    figures.put("waiting_for_data", share -> part(share.data(), share.seconds()));
    figures.put("waiting_for_peers", share -> part(share.peers(), share.seconds()));
    figures.put("memory_mb", share -> share.memory() / 1e6);
    return figures;
  }

  private static double part(double part, double whole) {
    return whole > 0 ? part / whole : 0;
  }
}
