package org.sparklora.collective;

import java.nio.ByteBuffer;

/** One rank's part in one collective call, as frames that come and go. */
interface Operation {
  /** For messages: "sum", "gather", "broadcast". */
  String name();

  long number();

  /**
   * A frame of this operation begins. Returns the room for its payload, exactly as large.
   *
   * @throws ProtocolError unless it is exactly the next one expected from that rank
   */
  ByteBuffer begin(int from, FrameHeader header);

  /** The frame's room is full. True if frames became ready to send. */
  boolean end(int from, FrameHeader header);

  /** The next frame ready for that rank, or null. */
  OutFrame next(int to);

  /** Whether something is still to come from that rank. */
  boolean expects(int from);

  /** Whether all has come and every frame was handed out by {@link #next}. */
  boolean isComplete();
}
