package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** A frame to send; its payload is fetched when the connection takes it, as often as needed. */
record OutFrame(FrameHeader header, Payload payload) {

  @FunctionalInterface
  interface Payload {
    /** Copies bytes from {@code offset} (a multiple of 4) on, as many as fit or are there. */
    void copy(int offset, ByteBuffer to);
  }

  static OutFrame empty(FrameHeader header) {
    return new OutFrame(header, (offset, to) -> {});
  }

  static OutFrame bytes(FrameHeader header, byte[] message) {
    return new OutFrame(
        header,
        (offset, to) -> to.put(message, offset, Math.min(to.remaining(), message.length - offset)));
  }

  /** Floats of {@code buffer} from index {@code start} on, {@code header.length()} bytes. */
  static OutFrame floats(FrameHeader header, FloatBuffer buffer, int start) {
    return new OutFrame(header, (offset, to) -> copyFloats(header, buffer, start, offset, to));
  }

  int bytes() {
    return FrameHeader.BYTES + header.length();
  }

  /** Fills a cleared buffer with what follows the first {@code sent} bytes, and flips it. */
  void fill(int sent, ByteBuffer to) {
    int start = 0;
    if (sent < FrameHeader.BYTES) {
      header.write(to);
      payload.copy(0, to);
      start = sent;
    } else {
      int offset = sent - FrameHeader.BYTES;
      start = offset % Float.BYTES;
      payload.copy(offset - start, to);
    }
    to.flip().position(start);
  }

  private static void copyFloats(
      FrameHeader header, FloatBuffer buffer, int start, int offset, ByteBuffer to) {
    int count = Math.min(to.remaining(), header.length() - offset) / Float.BYTES;
    to.asFloatBuffer().put(0, buffer, start + offset / Float.BYTES, count);
    to.position(to.position() + count * Float.BYTES);
  }
}
