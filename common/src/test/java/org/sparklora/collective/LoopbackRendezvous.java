package org.sparklora.collective;

import java.util.ArrayList;
import java.util.List;

/** Where the ranks of one process meet: {@code of(ranks).get(rank)} is each one's rendezvous. */
public final class LoopbackRendezvous {
  private LoopbackRendezvous() {}

  public static List<Rendezvous> of(int ranks) {
    MeetingPoint<String> group = new MeetingPoint<>(ranks, 60_000);
    List<Rendezvous> all = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      int mine = rank;
      all.add(line -> group.meet(mine, line));
    }
    return all;
  }
}
