package org.sparklora.model;

/**
 * How to run a batch for its gradient.
 *
 * @param scale factor of the loss whose gradient is made
 * @param tokenKeys one odd 32-bit hash per token for dropout, or null for none
 * @param recompute keep only each layer's input and compute the rest again (activation
 *     checkpointing)
 */
public record TrainingPass(double scale, int[] tokenKeys, boolean recompute) {}
