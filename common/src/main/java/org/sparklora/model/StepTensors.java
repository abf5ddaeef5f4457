package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/**
 * What a kernel over a whole layer needs of a projection.
 *
 * @param weights the matrix, or matrix and bias
 * @param adapter A (rank, in) and B (out, rank) of which each token takes its shares, or nothing
 */
public record StepTensors(NDArray[] weights, NDArray[] adapter) {
  /** Without an adapter. */
  StepTensors(NDArray... weights) {
    this(weights, new NDArray[0]);
  }

  /** The same with an adapter beside it. */
  public StepTensors beside(NDArray a, NDArray b) {
    return new StepTensors(weights, new NDArray[] {a, b});
  }
}
