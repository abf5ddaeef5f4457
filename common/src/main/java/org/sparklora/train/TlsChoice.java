package org.sparklora.train;

/** Whether ranks encrypt what they send each other. */
public enum TlsChoice {
  /** As Spark does with its own connections. */
  AUTO,
  TRUE,
  FALSE
}
