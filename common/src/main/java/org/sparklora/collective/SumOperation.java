package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reduce-scatter straight to the owners, sums in rank order, all-gather; chunk by chunk, so that
 * sums go out while slices still come in.
 */
final class SumOperation implements Operation {
  private final long number;
  private final RankOf self;
  private final ByteBuffer buffer;
  private final Chunks chunks;
  private final ChunkPool pool;
  private final RankOrderSum adder = new RankOrderSum();
  private final List<PeerStreams> peers = new ArrayList<>();
  private int summed;
  private int unfinished;

  /** What goes back and forth between this rank and another one. */
  private static final class PeerStreams {
    private final Stream slicesIn;
    private final Stream slicesOut;
    private final Stream sumsIn;
    private final Stream sumsOut;
    // Chunks of its slices that have arrived and are not summed yet, oldest first.
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();

    private PeerStreams(int mine, int theirs) {
      slicesIn = Stream.announced(mine);
      slicesOut = Stream.announced(theirs);
      sumsIn = Stream.of(theirs);
      sumsOut = Stream.of(mine);
    }

    private Stream incoming(FrameHeader header) {
      return header.type() == FrameType.SLICE ? slicesIn : sumsIn;
    }

    private int unfinished() {
      return 2 + (sumsIn.isFinished() ? 0 : 1) + (sumsOut.isFinished() ? 0 : 1);
    }
  }

  /**
   * @param buffer little-endian floats from position to limit, neither of which moves
   */
  SumOperation(long number, RankOf self, ByteBuffer buffer, ChunkPool pool) {
    this.number = number;
    this.self = self;
    this.buffer = buffer;
    this.chunks = new Chunks(buffer.remaining() / Float.BYTES, self.ranks());
    this.pool = pool;
    int mine = chunks.length(self.rank());
    pool.hold(Chunks.next(mine, 0) * Float.BYTES);
    for (int rank = 0; rank < self.ranks(); rank++) {
      peers.add(rank == self.rank() ? null : new PeerStreams(mine, chunks.length(rank)));
      unfinished += rank == self.rank() ? 0 : peers.get(rank).unfinished();
    }
  }

  @Override
  public String name() {
    return "sum";
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public ByteBuffer begin(int from, FrameHeader header) {
    check(from, header);
    PeerStreams peer = peers.get(from);
    if (header.type() == FrameType.SUM) {
      int start = chunks.start(from) + peer.sumsIn.done();
      return Chunks.part(buffer, start, header.length() / Float.BYTES);
    }
    ByteBuffer chunk = pool.take(header.length());
    peer.waiting.add(chunk);
    return chunk;
  }

  private void check(int from, FrameHeader header) {
    if (header.type() != FrameType.SLICE && header.type() != FrameType.SUM) {
      throw new ProtocolError("sent a " + header.type() + " frame in a sum");
    }
    if (header.detail() != chunks.floats()) {
      throw new ProtocolError(
          "sums %d floats (this rank %d)".formatted(header.detail(), chunks.floats()));
    }
    Stream stream = peers.get(from).incoming(header);
    if (stream.isFinished() || header.length() != stream.next() * Float.BYTES) {
      throw new ProtocolError(
          "sent a %s frame of %d bytes (expected %d)"
              .formatted(header.type(), header.length(), stream.next() * Float.BYTES));
    }
  }

  @Override
  public boolean end(int from, FrameHeader header) {
    advance(peers.get(from).incoming(header), header.length() / Float.BYTES);
    return header.type() == FrameType.SLICE && sumWhatAllHaveSent();
  }

  @Override
  public OutFrame next(int to) {
    PeerStreams peer = peers.get(to);
    if (!peer.slicesOut.isFinished()) {
      return frame(FrameType.SLICE, peer.slicesOut, chunks.start(to));
    }
    return peer.sumsOut.done() < summed
        ? frame(FrameType.SUM, peer.sumsOut, chunks.start(self.rank()))
        : null;
  }

  @Override
  public boolean expects(int from) {
    return !peers.get(from).slicesIn.isFinished() || !peers.get(from).sumsIn.isFinished();
  }

  @Override
  public boolean isComplete() {
    return unfinished == 0;
  }

  private OutFrame frame(FrameType type, Stream stream, int sliceStart) {
    int floats = stream.next();
    ByteBuffer payload = Chunks.part(buffer, sliceStart + stream.done(), floats);
    advance(stream, floats);
    return new OutFrame(
        new FrameHeader(type, payload.remaining(), number, chunks.floats()), payload);
  }

  private void advance(Stream stream, int floats) {
    stream.advance(floats);
    if (stream.isFinished()) {
      unfinished--;
    }
  }

  private boolean sumWhatAllHaveSent() {
    int before = summed;
    int slice = chunks.length(self.rank());
    while (summed < slice && allHaveSentMoreThan(summed)) {
      int floats = Chunks.next(slice, summed);
      sumChunk(Chunks.part(buffer, chunks.start(self.rank()) + summed, floats).asFloatBuffer());
      summed += floats;
    }
    return summed > before;
  }

  private boolean allHaveSentMoreThan(int floats) {
    for (PeerStreams peer : peers) {
      if (peer != null && peer.slicesIn.done() <= floats) {
        return false;
      }
    }
    return true;
  }

  /** In rank order, whatever order they came in. */
  private void sumChunk(FloatBuffer own) {
    List<FloatBuffer> parts = new ArrayList<>();
    for (PeerStreams peer : peers) {
      parts.add(peer == null ? own : floats(peer.waiting.element()));
    }
    adder.sum(parts, own);
    for (PeerStreams peer : peers) {
      if (peer != null) {
        pool.giveBack(peer.waiting.remove());
      }
    }
  }

  private static FloatBuffer floats(ByteBuffer full) {
    return full.flip().asFloatBuffer();
  }
}
