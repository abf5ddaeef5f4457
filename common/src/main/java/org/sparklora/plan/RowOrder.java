package org.sparklora.plan;

/** In which order an epoch takes the rows of its table. */
public enum RowOrder {
  /** A new pseudo-random order in each epoch. */
  SHUFFLED,
  /** The table's own order in each epoch. */
  FILE;

  /** The order of {@code rows} rows. */
  public SampleOrder of(long seed, long rows) {
    return switch (this) {
      case SHUFFLED -> SampleOrder.shuffled(seed, rows);
      case FILE -> SampleOrder.file();
    };
  }
}
