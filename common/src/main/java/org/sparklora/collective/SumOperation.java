package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Reduce-scatter straight to the owners, sums in rank order, all-gather; chunk by chunk, so that
 * sums go out while slices still come in.
 */
final class SumOperation implements Operation {
  private final long number;
  private final Seat seat;
  private final FloatBuffer buffer;
  private final int base;
  private final Chunks chunks;
  // [rank][float of this rank's slice]
  private final float[][] contributions;
  private final float[] total = new float[Chunks.FLOATS];
  private final float[] own = new float[Chunks.FLOATS];
  private final Stream[] slicesIn;
  private final Stream[] slicesOut;
  private final Stream[] sumsIn;
  private final Stream[] sumsOut;
  private int summed;
  private int unfinished;

  SumOperation(long number, Seat seat, FloatBuffer buffer, float[][] contributions) {
    this.number = number;
    this.seat = seat;
    this.buffer = buffer;
    this.base = buffer.position();
    this.chunks = new Chunks(buffer.remaining(), seat.ranks());
    this.contributions = contributions;
    this.slicesIn = new Stream[seat.ranks()];
    this.slicesOut = new Stream[seat.ranks()];
    this.sumsIn = new Stream[seat.ranks()];
    this.sumsOut = new Stream[seat.ranks()];
    for (int rank = 0; rank < seat.ranks(); rank++) {
      if (rank != seat.rank()) {
        openStreams(rank);
      }
    }
  }

  private void openStreams(int peer) {
    slicesIn[peer] = Stream.announced(chunks.length(seat.rank()));
    slicesOut[peer] = Stream.announced(chunks.length(peer));
    sumsIn[peer] = Stream.of(chunks.length(peer));
    sumsOut[peer] = Stream.of(chunks.length(seat.rank()));
    unfinished += 2 + (sumsIn[peer].isFinished() ? 0 : 1) + (sumsOut[peer].isFinished() ? 0 : 1);
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
  public void begin(int from, FrameHeader header) {
    if (header.type() != FrameType.SLICE && header.type() != FrameType.SUM) {
      throw new ProtocolError("sent a " + header.type() + " frame in a sum");
    }
    if (header.detail() != chunks.floats()) {
      throw new ProtocolError(
          "sums %d floats (this rank %d)".formatted(header.detail(), chunks.floats()));
    }
    Stream stream = incoming(from, header);
    if (stream.isFinished() || header.length() != stream.next() * Float.BYTES) {
      throw new ProtocolError(
          "sent a %s frame of %d bytes (expected %d)"
              .formatted(header.type(), header.length(), stream.next() * Float.BYTES));
    }
  }

  @Override
  public void payload(int from, FrameHeader header, int offset, ByteBuffer bytes) {
    FloatBuffer floats = bytes.asFloatBuffer();
    int place = incoming(from, header).done() + offset / Float.BYTES;
    if (header.type() == FrameType.SLICE) {
      floats.get(contributions[from], place, floats.remaining());
    } else {
      buffer.put(base + chunks.start(from) + place, floats, 0, floats.remaining());
    }
    bytes.position(bytes.limit());
  }

  @Override
  public boolean end(int from, FrameHeader header) {
    advance(incoming(from, header), header.length() / Float.BYTES);
    return header.type() == FrameType.SLICE && sumWhatAllHaveSent();
  }

  @Override
  public OutFrame next(int to) {
    Stream slice = slicesOut[to];
    if (!slice.isFinished()) {
      return frame(FrameType.SLICE, slice, chunks.start(to));
    }
    Stream sum = sumsOut[to];
    return sum.done() < summed ? frame(FrameType.SUM, sum, chunks.start(seat.rank())) : null;
  }

  @Override
  public boolean expects(int from) {
    return !slicesIn[from].isFinished() || !sumsIn[from].isFinished();
  }

  @Override
  public boolean isComplete() {
    return unfinished == 0;
  }

  private Stream incoming(int from, FrameHeader header) {
    return header.type() == FrameType.SLICE ? slicesIn[from] : sumsIn[from];
  }

  private OutFrame frame(FrameType type, Stream stream, int sliceStart) {
    int floats = stream.next();
    int start = base + sliceStart + stream.done();
    advance(stream, floats);
    FrameHeader header = new FrameHeader(type, floats * Float.BYTES, number, chunks.floats());
    return OutFrame.floats(header, buffer, start);
  }

  private void advance(Stream stream, int floats) {
    stream.advance(floats);
    if (stream.isFinished()) {
      unfinished--;
    }
  }

  private boolean sumWhatAllHaveSent() {
    int before = summed;
    int slice = chunks.length(seat.rank());
    int sent = slice;
    for (Stream stream : slicesIn) {
      sent = stream == null ? sent : Math.min(sent, stream.done());
    }
    while (summed < sent) {
      int floats = Chunks.next(slice, summed);
      sumChunk(summed, floats);
      summed += floats;
    }
    return summed > before;
  }

  /** ((x0 + x1) + x2) + ..., whatever order they came in. */
  private void sumChunk(int from, int floats) {
    int place = base + chunks.start(seat.rank()) + from;
    buffer.get(place, own, 0, floats);
    for (int rank = 0; rank < seat.ranks(); rank++) {
      boolean mine = rank == seat.rank();
      float[] part = mine ? own : contributions[rank];
      int start = mine ? 0 : from;
      if (rank == 0) {
        System.arraycopy(part, start, total, 0, floats);
      } else {
        add(total, part, start, floats);
      }
    }
    buffer.put(place, total, 0, floats);
  }

  private static void add(float[] total, float[] part, int start, int floats) {
    for (int i = 0; i < floats; i++) {
      total[i] += part[start + i];
    }
  }
}
