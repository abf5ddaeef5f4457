package org.sparklora.answer;

/** Why an answer ended. */
public enum FinishReason {
  /** By an end token or a stop text. */
  STOP,
  /** At the limit of new tokens. */
  LENGTH,
  /** Its asker left. */
  CANCELLED
}
