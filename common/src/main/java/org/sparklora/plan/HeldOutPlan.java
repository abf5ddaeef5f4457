package org.sparklora.plan;

import java.util.Arrays;
import java.util.List;

/**
 * Which rank evaluates which row of a table of held-out rows: all have about the same number of
 * tokens. Rows without labels go nowhere.
 */
public final class HeldOutPlan implements RowPlan {
  private static final long serialVersionUID = 1L;
  private static final short NOBODY = -1;

  private final short[] rankOf;

  private HeldOutPlan(short... rankOf) {
    this.rankOf = rankOf;
  }

  public static HeldOutPlan of(RowSizes sizes, int ranks) {
    int[] lengths = new int[sizes.lengths().length];
    Arrays.setAll(lengths, row -> sizes.labels()[row] == 0 ? 0 : sizes.lengths()[row]);
    int[] dealt = Dealing.longestFirst(lengths, ranks);
    short[] rankOf = new short[dealt.length];
    for (int row = 0; row < rankOf.length; row++) {
      rankOf[row] = lengths[row] == 0 ? NOBODY : (short) dealt[row];
    }
    return new HeldOutPlan(rankOf);
  }

  @Override
  public List<Assignment> assignments(long index) {
    int row = Math.toIntExact(index);
    return rankOf[row] == NOBODY
        ? List.of()
        : List.of(new Assignment(PlannedRow.HELD_OUT, rankOf[row], row, 0));
  }
}
