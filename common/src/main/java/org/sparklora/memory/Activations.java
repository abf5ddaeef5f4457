package org.sparklora.memory;

/** What becomes of a layer's activations until its backward pass. */
public enum Activations {
  KEPT,
  /** Only each layer's input is kept. */
  COMPUTED_AGAIN
}
