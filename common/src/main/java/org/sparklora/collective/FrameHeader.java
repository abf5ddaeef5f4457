package org.sparklora.collective;

import java.nio.ByteBuffer;

/**
 * What precedes each payload: 24 bytes, little endian.
 *
 * @param length bytes of payload
 * @param operation number of the operation, 0 outside operations
 * @param detail floats of the whole buffer, or the sender's step
 */
record FrameHeader(FrameType type, int length, long operation, long detail) {
  static final int BYTES = 24;

  /** Takes a header from a little-endian buffer that holds at least {@link #BYTES}. */
  static FrameHeader read(ByteBuffer from) {
    int first = from.getInt();
    if (first >>> 8 != 0) {
      throw new ProtocolError("sent bytes that are no frame header");
    }
    FrameType type = FrameType.of(first);
    int length = from.getInt();
    if (length < 0 || length > type.longest()) {
      throw new ProtocolError(
          "sent a %s frame of %d bytes (expected at most %d)"
              .formatted(type, Integer.toUnsignedLong(length), type.longest()));
    }
    return new FrameHeader(type, length, from.getLong(), from.getLong());
  }

  void write(ByteBuffer to) {
    to.putInt(type.code()).putInt(length).putLong(operation).putLong(detail);
  }
}
