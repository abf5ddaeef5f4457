package org.sparklora.collective;

/** How far the transfer of a run of floats between two ranks has come, frame by frame. */
final class Stream {
  private final int length;
  private int done;
  private boolean owesFrame;

  private Stream(int length, boolean owesFrame) {
    this.length = length;
    this.owesFrame = owesFrame;
  }

  /** Sends a frame even when it is empty, so that each end hears from the other. */
  static Stream announced(int length) {
    return new Stream(length, true);
  }

  static Stream of(int length) {
    return new Stream(length, false);
  }

  int done() {
    return done;
  }

  /** Floats in the next frame. */
  int next() {
    return Chunks.next(length, done);
  }

  void advance(int floats) {
    done += floats;
    owesFrame = false;
  }

  boolean isFinished() {
    return done == length && !owesFrame;
  }
}
