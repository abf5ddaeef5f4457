package org.sparklora.feature;

/**
 * A corpus of a mix and what it gave.
 *
 * @param inputFile as the user asked for it, with its share or count
 * @param rows that can be read
 * @param chosen of them
 */
public record MixedCorpus(String inputFile, long rows, long chosen) {}
