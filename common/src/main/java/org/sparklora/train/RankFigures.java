package org.sparklora.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The shares of all ranks as figures of a logged step. */
final class RankFigures {
  /** More would make every entry long. */
  private static final int MOST_RANKS = 64;

  private RankFigures() {}

  static Map<String, Double> of(List<RankShare> shares) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(
        "train/wait_share",
        shares.stream().mapToDouble(s -> part(s.peers(), s.seconds())).average().orElse(0));
    for (int rank = 0; rank < Math.min(MOST_RANKS, shares.size()); rank++) {
      RankShare share = shares.get(rank);
      String tag = "rank/" + rank + "/";
      figures.put(tag + "tokens_per_second", part((double) share.tokens(), share.own()));
      figures.put(tag + "computing", part(share.computing(), share.seconds()));
      figures.put(tag + "waiting_for_data", part(share.data(), share.seconds()));
      figures.put(tag + "waiting_for_peers", part(share.peers(), share.seconds()));
      figures.put(tag + "memory_mb", share.memory() / 1e6);
    }
    return figures;
  }

  private static double part(double part, double whole) {
    return whole > 0 ? part / whole : 0;
  }
}
