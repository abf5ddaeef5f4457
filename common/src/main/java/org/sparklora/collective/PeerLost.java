package org.sparklora.collective;

/** A rank of this generation is gone or silent; the generation cannot go on. */
public final class PeerLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  public PeerLost(String message) {
    this(message, message, null);
  }

  public PeerLost(String message, Throwable cause) {
    this(message, message, cause);
  }

  private PeerLost(String message, String reason, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /**
   * @param doing completes "Cannot ..."
   * @param reason which rank and why, with what was expected; also told to the other ranks
   */
  static PeerLost because(String doing, String reason, Throwable cause) {
    return new PeerLost(
        "Cannot " + doing + ", " + reason + ". Look into that executor's log.", reason, cause);
  }

  /** The same loss, thrown again to a later caller. */
  PeerLost again() {
    return new PeerLost(getMessage(), reason, this);
  }

  String reason() {
    return reason;
  }
}
