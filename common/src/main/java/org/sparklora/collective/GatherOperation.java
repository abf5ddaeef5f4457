package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.util.List;

/** Sends every rank's message to every rank. */
final class GatherOperation implements Operation {
  private final long number;
  private final byte[][] messages;
  private final boolean[] arrived;
  private final boolean[] sent;
  private final int rank;
  private int unfinished;

  GatherOperation(long number, RankOf self, byte[] message) {
    this.number = number;
    this.rank = self.rank();
    this.messages = new byte[self.ranks()][];
    this.arrived = new boolean[self.ranks()];
    this.sent = new boolean[self.ranks()];
    this.unfinished = 2 * (self.ranks() - 1);
    messages[rank] = message;
  }

  List<byte[]> messages() {
    return List.of(messages);
  }

  @Override
  public String name() {
    return "gather";
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public ByteBuffer begin(int from, FrameHeader header) {
    if (header.type() != FrameType.MESSAGE) {
      throw new ProtocolError("sent a " + header.type() + " frame in a gather");
    }
    if (messages[from] != null) {
      throw new ProtocolError("sent a second message in one gather");
    }
    messages[from] = new byte[header.length()];
    return ByteBuffer.wrap(messages[from]);
  }

  @Override
  public boolean end(int from, FrameHeader header) {
    arrived[from] = true;
    unfinished--;
    return false;
  }

  @Override
  public OutFrame next(int to) {
    if (sent[to]) {
      return null;
    }
    sent[to] = true;
    unfinished--;
    byte[] mine = messages[rank];
    return OutFrame.bytes(new FrameHeader(FrameType.MESSAGE, mine.length, number, 0), mine);
  }

  @Override
  public boolean expects(int from) {
    return !arrived[from];
  }

  @Override
  public boolean isComplete() {
    return unfinished == 0;
  }
}
