package org.sparklora.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cuts the bytes of one connection into frames. A frame that the sink does not want yet pauses the
 * connection; what was read of it stays here, never more than the caller's scratch buffer.
 */
final class Inbox {
  /** Where frames go. */
  interface Sink {
    /** False if the frame is too early. */
    boolean begin(FrameHeader header);

    /** Uses up {@code bytes}, the payload from {@code offset} on. */
    void payload(FrameHeader header, int offset, ByteBuffer bytes);

    void end(FrameHeader header);
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private ByteBuffer leftover = NOTHING;
  private FrameHeader header;
  private int taken;
  private boolean paused;
  private boolean heard;

  /** Reads what there is; false when the peer has closed the connection. */
  boolean receive(Wire wire, ByteBuffer scratch, Sink sink) throws IOException {
    heard = false;
    scratch.clear().put(leftover);
    leftover = NOTHING;
    cut(scratch, sink);
    boolean more = true;
    while (!paused && more) {
      int count = wire.read(scratch);
      if (count < 0) {
        return false;
      }
      heard |= count > 0;
      more = count > 0 && (!scratch.hasRemaining() || wire.holdsInput());
      cut(scratch, sink);
    }
    keep(scratch);
    return true;
  }

  /** Whether the last {@link #receive} read anything. */
  boolean hasHeard() {
    return heard;
  }

  boolean isPaused() {
    return paused;
  }

  void resume() {
    paused = false;
  }

  private void cut(ByteBuffer scratch, Sink sink) {
    scratch.flip();
    boolean more = true;
    while (more) {
      more = header == null ? takeHeader(scratch, sink) : takePayload(scratch, sink);
    }
    scratch.compact();
  }

  private boolean takeHeader(ByteBuffer from, Sink sink) {
    if (from.remaining() < FrameHeader.BYTES) {
      return false;
    }
    int start = from.position();
    FrameHeader next = FrameHeader.read(from);
    if (!sink.begin(next)) {
      from.position(start);
      paused = true;
      return false;
    }
    header = next;
    taken = 0;
    return true;
  }

  private boolean takePayload(ByteBuffer from, Sink sink) {
    int missing = header.length() - taken;
    int count = Math.min(missing, from.remaining());
    if (count < missing) {
      count -= count % Float.BYTES;
    }
    if (count > 0) {
      sink.payload(
          header, taken, from.slice(from.position(), count).order(ByteOrder.LITTLE_ENDIAN));
      from.position(from.position() + count);
      taken += count;
    }
    if (taken < header.length()) {
      return false;
    }
    FrameHeader complete = header;
    header = null;
    sink.end(complete);
    return true;
  }

  private void keep(ByteBuffer scratch) {
    scratch.flip();
    if (scratch.hasRemaining()) {
      leftover = ByteBuffer.allocate(scratch.remaining()).put(scratch).flip();
    }
  }
}
