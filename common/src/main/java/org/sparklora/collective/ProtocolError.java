package org.sparklora.collective;

/** A peer sent what it must not; the message completes the sentence "rank 3 at host ...". */
final class ProtocolError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProtocolError(String message) {
    super(message);
  }
}
