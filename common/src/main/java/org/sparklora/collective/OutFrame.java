package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A frame to send.
 *
 * @param payload {@code header.length()} bytes, not copied: they must not change until they are
 *     sent
 */
record OutFrame(FrameHeader header, ByteBuffer payload) {
  static OutFrame empty(FrameHeader header) {
    return new OutFrame(header, ByteBuffer.allocate(0));
  }

  static OutFrame bytes(FrameHeader header, byte[] message) {
    return new OutFrame(header, ByteBuffer.wrap(message));
  }

  ByteBuffer headerBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.write(bytes);
    return bytes.flip();
  }
}
