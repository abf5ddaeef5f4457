package org.sparklora.jobs.near;

import org.apache.spark.HashPartitioner;

/** All of one group are in one partition, in which they can be sorted by more than their group. */
final class GroupPartitioner extends HashPartitioner {
  private static final long serialVersionUID = 1L;

  /** A key of a shuffle that belongs to a group. */
  interface Grouped {
    Object group();
  }

  GroupPartitioner(int parts) {
    super(parts);
  }

  @Override
  public int getPartition(Object key) {
    return super.getPartition(((Grouped) key).group());
  }
}
