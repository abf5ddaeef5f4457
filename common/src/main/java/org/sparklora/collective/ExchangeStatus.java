package org.sparklora.collective;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where this rank is: its step, the operation it is in, the last one it entered; and how that reads
 * in a message or a frame.
 */
final class ExchangeStatus {
  private volatile long step;

  // Used by the exchange's thread only.
  private Operation operation;
  private long lastNumber;

  void atStep(long step) {
    this.step = step;
  }

  void enter(Operation operation) {
    this.operation = operation;
    this.lastNumber = operation.number();
  }

  void finish() {
    operation = null;
  }

  /** The one this rank is in, or null. */
  Operation operation() {
    return operation;
  }

  /** Number of the last operation that this rank has entered. */
  long lastNumber() {
    return lastNumber;
  }

  /** A frame without payload that belongs to no operation. */
  OutFrame notice(FrameType type) {
    return OutFrame.empty(new FrameHeader(type, 0, 0, step));
  }

  OutFrame abort(String reason) {
    byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
    byte[] text = Arrays.copyOf(utf8, Math.min(utf8.length, FrameType.ABORT.longest()));
    return OutFrame.bytes(new FrameHeader(FrameType.ABORT, text.length, 0, step), text);
  }

  PeerLost lost(Peer peer, String what) {
    return failure(peer + " " + what, null);
  }

  PeerLost left(Peer peer) {
    return lost(peer, "is gone: it left in step " + peer.step() + " (expected it to stay)");
  }

  /**
   * @param reason completes "Cannot finish the sum in step 3, ..."
   */
  PeerLost failure(String reason, Throwable cause) {
    return PeerLost.because(doing(), reason, cause);
  }

  private String doing() {
    return operation == null
        ? "go on in step " + step
        : "finish the " + operation.name() + " in step " + step;
  }
}
