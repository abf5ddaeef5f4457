package org.sparklora.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Which rank trains which row of the table at which of the steps {@code from} to {@code to}
 * (exclusive).
 *
 * <p>Made once on the driver and broadcast; each mapper looks rows up by their dense index. Steps
 * and slots come from the {@link SampleOrder}; ranks and label totals of the segment are dealt here
 * from the row sizes.
 */
public final class SegmentPlan implements RowPlan {
  private static final long serialVersionUID = 1L;

  private final StepGrid grid;

  private final SampleOrder order;
  private final long from;
  private final long to;
  private final int ranks;
  // rank of position from·G + i, and labels of step from + i; null where no sizes are known
  private final short[] rankOf;
  private final int[] labelsOf;

  private SegmentPlan(StepGrid grid, SampleOrder order, long from, int ranks, RowSizes sizes) {
    if (from < 0 || from >= grid.steps() || ranks < 1 || ranks > Short.MAX_VALUE) {
      throw new IllegalArgumentException("segment from step " + from + " on " + ranks + " ranks");
    }
    this.grid = grid;
    this.order = order;
    this.from = from;
    this.to = grid.segmentEnd(from);
    this.ranks = ranks;
    boolean dealt = sizes != null;
    this.rankOf = dealt ? new short[Math.toIntExact((to - from) * grid.rowsPerStep())] : null;
    this.labelsOf = dealt ? new int[Math.toIntExact(to - from)] : null;
    if (dealt) {
      LongStream.range(from, to).parallel().forEach(step -> deal(step, sizes));
    }
  }

  /** A segment whose rows are dealt by length. */
  public static SegmentPlan byLength(
      StepGrid grid, SampleOrder order, RowSizes sizes, long from, int ranks) {
    return new SegmentPlan(grid, order, from, ranks, sizes);
  }

  /** A segment of a table with too many rows to know their lengths ({@link RowSizes#MOST_ROWS}). */
  public static SegmentPlan bySlot(StepGrid grid, SampleOrder order, long from, int ranks) {
    return new SegmentPlan(grid, order, from, ranks, null);
  }

  public long from() {
    return from;
  }

  /** The step after the segment's last. */
  public long to() {
    return to;
  }

  public int ranks() {
    return ranks;
  }

  /** Where the row with this dense index is trained in the segment, once per epoch it touches. */
  @Override
  public List<Assignment> assignments(long index) {
    long first = from * grid.rowsPerStep();
    long end = to * grid.rowsPerStep();
    List<Assignment> assignments = new ArrayList<>();
    for (long epoch = first / grid.rows(); epoch * grid.rows() < end; epoch++) {
      long position = epoch * grid.rows() + order.placeOf(epoch, index);
      if (position >= first && position < end) {
        assignments.add(assignment(position));
      }
    }
    return assignments;
  }

  private Assignment assignment(long position) {
    long step = position / grid.rowsPerStep();
    int slot = (int) (position % grid.rowsPerStep());
    if (rankOf == null) {
      return new Assignment(step, Dealing.bySlot(slot, ranks), slot, 0);
    }
    int offset = (int) (position - from * grid.rowsPerStep());
    return new Assignment(step, rankOf[offset], slot, labelsOf[(int) (step - from)]);
  }

  private void deal(long step, RowSizes sizes) {
    int[] lengths = new int[grid.rowsPerStep()];
    int labels = 0;
    for (int slot = 0; slot < lengths.length; slot++) {
      long position = step * grid.rowsPerStep() + slot;
      int row = (int) order.rowAt(position / grid.rows(), position % grid.rows());
      // a row without labels costs nothing
      lengths[slot] = sizes.labels()[row] == 0 ? 0 : sizes.lengths()[row];
      labels += sizes.labels()[row];
    }
    labelsOf[(int) (step - from)] = labels;
    int[] dealt = Dealing.byLength(lengths, ranks);
    int offset = (int) ((step - from) * grid.rowsPerStep());
    for (int slot = 0; slot < dealt.length; slot++) {
      rankOf[offset + slot] = (short) dealt[slot];
    }
  }
}
