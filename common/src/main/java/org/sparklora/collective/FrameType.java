package org.sparklora.collective;

/** The kinds of frame, with their number on the wire and the longest payload of each. */
enum FrameType {
  HEARTBEAT(1, 0),
  SLICE(2, Chunks.BYTES),
  SUM(3, Chunks.BYTES),
  MESSAGE(4, 1 << 20),
  BROADCAST(5, Chunks.BYTES),
  RECEIVED(6, 0),
  LEAVE(7, 0),
  ABORT(8, 512);

  private static final FrameType[] BY_CODE = new FrameType[values().length + 1];

  static {
    for (FrameType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final int longest;

  FrameType(int code, int longest) {
    this.code = code;
    this.longest = longest;
  }

  static FrameType of(int code) {
    if (code < 1 || code >= BY_CODE.length) {
      throw new ProtocolError("sent a frame of unknown type " + code + " (expected 1 to 8)");
    }
    return BY_CODE[code];
  }

  int code() {
    return code;
  }

  /** Bytes. */
  int longest() {
    return longest;
  }

  boolean isPartOfOperation() {
    return this != HEARTBEAT && this != LEAVE && this != ABORT;
  }
}
