package org.sparklora.jobs.train;

import java.io.Serializable;
import java.util.Comparator;

/** Sorts the rows of a rank by step and slot. */
record PlanKey(int rank, long step, int slot) implements Comparable<PlanKey>, Serializable {
  private static final long serialVersionUID = 1L;
  private static final Comparator<PlanKey> ORDER =
      Comparator.comparingInt(PlanKey::rank)
          .thenComparingLong(PlanKey::step)
          .thenComparingInt(PlanKey::slot);

  @Override
  public int compareTo(PlanKey other) {
    return ORDER.compare(this, other);
  }
}
