package org.sparklora.feature;

/**
 * How prompts of a corpus hang together, where nearly equal ones are on one side of a split.
 *
 * @param prompts that are nearly equal to another
 * @param moved of them those that stand on another side than they would alone
 */
public record PromptClusters(long prompts, long moved) {}
