package org.sparklora.lora;

/** The flat rows of a trainable model, all of the same length and order. */
public enum FlatValues {
  PARAMETERS,
  GRADIENT,
  FIRST_MOMENT,
  SECOND_MOMENT
}
