package org.sparklora.jobs.near;

import java.io.Serializable;

/** A text in a band, in the order of buckets and, within them, of ids. */
record BandEntry(long band, long id)
    implements GroupPartitioner.Grouped, Serializable, Comparable<BandEntry> {
  private static final long serialVersionUID = 1L;

  @Override
  public Object group() {
    return band;
  }

  @Override
  public int compareTo(BandEntry other) {
    int order = Long.compare(band, other.band);
    return order == 0 ? Long.compare(id, other.id) : order;
  }
}
