package org.sparklora.collective;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where n threads of one process hand over one thing each and get everybody's, again and again;
 * waits are bounded, and a thread that leaves fails all others.
 */
final class MeetingPoint<T> {
  private final long waitMillis;
  private List<T> collecting;
  private int arrived;
  private Round<T> round = new Round<>();
  private String broken;

  /** What the round's members take home; a fresh one per round, so that nobody misses one. */
  private static final class Round<T> {
    private List<T> brought;
  }

  MeetingPoint(int members, long waitMillis) {
    this.waitMillis = waitMillis;
    this.collecting = new ArrayList<>(Collections.nCopies(members, null));
  }

  synchronized List<T> meet(int member, T mine) {
    Round<T> here = round;
    failIfBroken();
    collecting.set(member, mine);
    arrived++;
    if (arrived == collecting.size()) {
      finishRound();
    }
    awaitOthers(here, member);
    return here.brought;
  }

  synchronized void leave(String why) {
    if (broken == null) {
      broken = why;
    }
    notifyAll();
  }

  private void finishRound() {
    round.brought = collecting;
    collecting = new ArrayList<>(Collections.nCopies(collecting.size(), null));
    arrived = 0;
    round = new Round<>();
    notifyAll();
  }

  private void awaitOthers(Round<T> here, int member) {
    long deadline = System.nanoTime() + waitMillis * 1_000_000;
    while (here.brought == null) {
      failIfBroken();
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        leave("rank " + member + " waited " + waitMillis + " ms");
        continue;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        leave("rank " + member + " was interrupted");
        Thread.currentThread().interrupt();
        throw new PeerLost("Cannot go on, this rank was interrupted: rank " + member, e);
      }
    }
  }

  private void failIfBroken() {
    if (broken != null) {
      throw new PeerLost("Cannot go on, a rank is lost: " + broken);
    }
  }
}
