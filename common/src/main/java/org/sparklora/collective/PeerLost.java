package org.sparklora.collective;

/** A rank of this generation is gone or silent; the generation cannot go on. */
public final class PeerLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PeerLost(String message) {
    super(message);
  }

  public PeerLost(String message, Throwable cause) {
    super(message, cause);
  }
}
