package org.sparklora.feature;

/**
 * What became of the corpus' rows: {@code read = written + dropped + bad}, but that a conversation
 * may be written as several rows.
 *
 * @param cut written examples that were shortened
 * @param dropped rows left out for their length
 * @param bad rows in the quarantine
 */
public record TableCounts(long read, long written, long cut, long dropped, long bad) {
  /** Bad rows as a part of the rows read; 0 for an empty corpus. */
  public double badFraction() {
    return read == 0 ? 0 : (double) bad / read;
  }
}
