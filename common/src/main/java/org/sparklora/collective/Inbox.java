package org.sparklora.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cuts the bytes of one connection into frames and puts each payload where it belongs, without a
 * copy in between. A frame that the sink does not want yet pauses the connection.
 */
final class Inbox {
  /** Where frames go. */
  interface Sink {
    /** Room for exactly the payload; null if the frame is too early. */
    ByteBuffer begin(FrameHeader header);

    /** The room is full. */
    void end(FrameHeader header);
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  // The header of the next frame; full while the connection is paused.
  private final ByteBuffer next =
      ByteBuffer.allocateDirect(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  // The frame being received, or null.
  private FrameHeader header;
  private ByteBuffer payload = NOTHING;
  private boolean paused;
  private boolean heard;

  /** Reads what there is; false when the peer has closed the connection. */
  boolean receive(Wire wire, Sink sink) throws IOException {
    heard = false;
    boolean more = cut(sink);
    while (more) {
      int room = payload.remaining() + next.remaining();
      long count = wire.read(payload, next);
      if (count < 0) {
        return false;
      }
      heard |= count > 0;
      more = cut(sink) && count > 0 && (count == room || wire.holdsInput());
    }
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

  /** Ends and begins frames as far as they have arrived; false if that pauses the connection. */
  private boolean cut(Sink sink) {
    while (!payload.hasRemaining()) {
      endFrame(sink);
      if (next.hasRemaining()) {
        return true;
      }
      if (!beginFrame(sink)) {
        paused = true;
        return false;
      }
    }
    return true;
  }

  private void endFrame(Sink sink) {
    if (header != null) {
      FrameHeader complete = header;
      header = null;
      payload = NOTHING;
      sink.end(complete);
    }
  }

  private boolean beginFrame(Sink sink) {
    FrameHeader beginning = FrameHeader.read(next.flip());
    ByteBuffer room = sink.begin(beginning);
    if (room == null) {
      return false;
    }
    header = beginning;
    payload = room;
    next.clear();
    return true;
  }
}
