package org.sparklora.feature;

/**
 * Which part of a corpus a table holds.
 *
 * @param side {@code trained} or {@code held_out}
 * @param valSize the part of the prompts that is held out, or from 1 on the number of rows
 */
public record SplitOrigin(String side, double valSize) {}
