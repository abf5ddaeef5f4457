package org.sparklora.tensor;

/** The kinds of processors that tensors lie on. */
public enum Processor {
  CPU,
  GPU
}
