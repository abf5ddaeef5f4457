package org.sparklora.feature;

/**
 * Which part of a corpus a table holds.
 *
 * @param side {@code trained} or {@code held_out}
 * @param valSize the part of the prompts that is held out
 */
public record SplitOrigin(String side, double valSize) {}
