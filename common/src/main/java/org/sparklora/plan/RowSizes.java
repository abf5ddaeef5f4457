package org.sparklora.plan;

/**
 * What dealing needs to know of each row, by dense index.
 *
 * @param lengths number of ids
 * @param labels number of labels under the run's label policy
 */
public record RowSizes(int[] lengths, int[] labels) {
  /** With more rows than this no sizes are collected, and rows are dealt by slot. */
  public static final long MOST_ROWS = 100_000_000;

  public RowSizes {
    if (lengths.length != labels.length) {
      throw new IllegalArgumentException(lengths.length + " lengths, " + labels.length + " labels");
    }
  }

  /** Length of the longest row; 0 for none. */
  public int longest() {
    return lengths.length == 0 ? 0 : lengths[longestRow()];
  }

  /** The first of the longest rows, of which there is one. */
  public int longestRow() {
    int longest = 0;
    for (int row = 1; row < lengths.length; row++) {
      longest = lengths[row] > lengths[longest] ? row : longest;
    }
    return longest;
  }
}
