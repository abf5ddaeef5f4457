package org.sparklora.jobs;

import org.apache.spark.Partitioner;

/** Rows by their dense index in ranges of equal size, one per partition, in order. */
final class RowRanges extends Partitioner {
  private static final long serialVersionUID = 1L;
  private static final int MOST_ROWS = 8_192;
  private static final int TASKS_PER_SLOT = 3;

  private final long rowsPerPartition;
  private final int partitions;

  private RowRanges(long rows, long rowsPerPartition) {
    this.rowsPerPartition = rowsPerPartition;
    this.partitions = Math.max(1, Math.toIntExact(-Math.floorDiv(-rows, rowsPerPartition)));
  }

  /** About three ranges per slot, of whole batches. */
  static RowRanges of(long rows, int slots, int batchSize) {
    long even = -Math.floorDiv(-rows, (long) slots * TASKS_PER_SLOT);
    long batches = -Math.floorDiv(-Math.min(even, MOST_ROWS), batchSize);
    return new RowRanges(rows, Math.max(1, batches) * batchSize);
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object key) {
    return (int) ((Long) key / rowsPerPartition);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowRanges ranges
        && ranges.rowsPerPartition == rowsPerPartition
        && ranges.partitions == partitions;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(rowsPerPartition) * 31 + partitions;
  }
}
