package org.sparklora.near;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Where a row stands in a corpus; earlier rows have smaller places.
 *
 * @param part number of a part of the corpus
 * @param number of the row in its part
 */
public record RowPlace(int part, long number) implements Serializable, Comparable<RowPlace> {
  private static final long serialVersionUID = 1L;
  private static final Comparator<RowPlace> ORDER =
      Comparator.comparingInt(RowPlace::part).thenComparingLong(RowPlace::number);

  @Override
  public int compareTo(RowPlace other) {
    return ORDER.compare(this, other);
  }
}
