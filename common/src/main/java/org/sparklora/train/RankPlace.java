package org.sparklora.train;

/**
 * Where a rank finds its model and where it computes.
 *
 * @param baseFolder folder of the base model
 * @param previousAdapter folder of an adapter to start the run from; empty for a new one
 * @param device {@code cpu} or the index of a GPU
 * @param threads of one computation on the CPU
 */
public record RankPlace(String baseFolder, String previousAdapter, String device, int threads) {}
