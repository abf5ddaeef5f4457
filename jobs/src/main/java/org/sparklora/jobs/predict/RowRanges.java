package org.sparklora.jobs.predict;

import org.apache.spark.Partitioner;
import org.sparklora.generation.GenerationSettings;

/** Rows by their dense index in ranges of equal size, one per partition, in order. */
final class RowRanges extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final long rowsPerPartition;
  private final int partitions;

  private RowRanges(long rows, long rowsPerPartition) {
    this.rowsPerPartition = rowsPerPartition;
    this.partitions = Math.max(1, Math.toIntExact(-Math.floorDiv(-rows, rowsPerPartition)));
  }

  /** Ranges of the size that the settings prescribe for this number of slots. */
  static RowRanges of(long rows, int slots, GenerationSettings settings) {
    return new RowRanges(rows, settings.rowsPerTask(rows, slots));
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
