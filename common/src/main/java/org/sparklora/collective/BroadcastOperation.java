package org.sparklora.collective;

import java.nio.ByteBuffer;

/** Sends rank 0's floats to every rank; each acknowledges them. */
final class BroadcastOperation implements Operation {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final long number;
  private final ByteBuffer buffer;
  private final int floats;
  private final boolean root;
  // By rank: on rank 0 what goes to each; elsewhere only [0], what arrives.
  private final Stream[] streams;
  // By rank: on rank 0 who has acknowledged; elsewhere only [0], whether this rank has.
  private final boolean[] received;
  private int unfinished;

  /**
   * @param buffer little-endian floats from position to limit, neither of which moves
   */
  BroadcastOperation(long number, RankOf self, ByteBuffer buffer) {
    this.number = number;
    this.buffer = buffer;
    this.floats = buffer.remaining() / Float.BYTES;
    this.root = self.rank() == 0;
    this.streams = new Stream[self.ranks()];
    this.received = new boolean[self.ranks()];
    for (int rank = 0; rank < self.ranks(); rank++) {
      streams[rank] = Stream.announced(floats);
    }
    this.unfinished = root ? 2 * (self.ranks() - 1) : 2;
  }

  @Override
  public String name() {
    return "broadcast";
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public ByteBuffer begin(int from, FrameHeader header) {
    FrameType wanted = root ? FrameType.RECEIVED : FrameType.BROADCAST;
    if (header.type() != wanted || !expects(from)) {
      throw new ProtocolError(
          "sent a " + header.type() + " frame that a broadcast does not expect");
    }
    if (header.detail() != floats) {
      throw new ProtocolError(
          "broadcasts %d floats (this rank %d)".formatted(header.detail(), floats));
    }
    int expected = root ? 0 : streams[0].next();
    if (header.length() != expected * Float.BYTES) {
      throw new ProtocolError(
          "sent a %s frame of %d bytes (expected %d)"
              .formatted(header.type(), header.length(), expected * Float.BYTES));
    }
    return root ? NOTHING : Chunks.part(buffer, streams[0].done(), expected);
  }

  @Override
  public boolean end(int from, FrameHeader header) {
    if (root) {
      received[from] = true;
      unfinished--;
      return false;
    }
    advance(streams[0], header.length() / Float.BYTES);
    return streams[0].isFinished();
  }

  @Override
  public OutFrame next(int to) {
    return root ? nextChunk(to) : nextReceipt(to);
  }

  @Override
  public boolean expects(int from) {
    return root ? !received[from] : from == 0 && !streams[0].isFinished();
  }

  @Override
  public boolean isComplete() {
    return unfinished == 0;
  }

  private OutFrame nextChunk(int to) {
    Stream stream = streams[to];
    if (stream.isFinished()) {
      return null;
    }
    int count = stream.next();
    ByteBuffer payload = Chunks.part(buffer, stream.done(), count);
    advance(stream, count);
    return new OutFrame(header(FrameType.BROADCAST, count), payload);
  }

  private OutFrame nextReceipt(int to) {
    if (to != 0 || received[0] || !streams[0].isFinished()) {
      return null;
    }
    received[0] = true;
    unfinished--;
    return OutFrame.empty(header(FrameType.RECEIVED, 0));
  }

  private FrameHeader header(FrameType type, int count) {
    return new FrameHeader(type, count * Float.BYTES, number, floats);
  }

  private void advance(Stream stream, int count) {
    stream.advance(count);
    if (stream.isFinished()) {
      unfinished--;
    }
  }
}
