package org.sparklora.feature;

/**
 * Rows of the corpus that were left out of the table because they repeat earlier ones.
 *
 * @param equal to one in normal form
 * @param near nearly equal to one
 */
public record RepeatCounts(long equal, long near) {}
