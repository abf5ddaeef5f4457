package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Which floats of a buffer belong to which rank, and how a slice is cut into frames. */
record Chunks(long floats, int ranks) {
  static final int FLOATS = 32_768;
  static final int BYTES = FLOATS * Float.BYTES;

  /** First float of the rank's slice; {@code start(ranks)} is the end of the buffer. */
  int start(int rank) {
    return (int) (floats * rank / ranks);
  }

  int length(int rank) {
    return start(rank + 1) - start(rank);
  }

  /** Floats in the frame that begins {@code done} floats into a run of {@code length} floats. */
  static int next(int length, int done) {
    return Math.min(FLOATS, length - done);
  }

  /**
   * A view of that many floats of {@code buffer} from {@code start} on; the buffer's own position
   * stays.
   */
  static ByteBuffer part(ByteBuffer buffer, int start, int floats) {
    return buffer
        .slice(buffer.position() + start * Float.BYTES, floats * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
