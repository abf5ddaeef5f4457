package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** A fake for tests: n ranks as threads of one process, real sums in rank order, bounded waits. */
public final class LoopbackAllReduce implements AllReduce {
  private final MeetingPoint<Object> group;
  private final int rank;
  private final int ranks;
  private volatile long step;

  private LoopbackAllReduce(MeetingPoint<Object> group, int rank, int ranks) {
    this.group = group;
    this.rank = rank;
    this.ranks = ranks;
  }

  /** One per rank; a rank that waits longer than a minute for the others fails them all. */
  public static List<AllReduce> group(int ranks) {
    return group(ranks, 60_000);
  }

  public static List<AllReduce> group(int ranks, long waitMillis) {
    MeetingPoint<Object> group = new MeetingPoint<>(ranks, waitMillis);
    List<AllReduce> members = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      members.add(new LoopbackAllReduce(group, rank, ranks));
    }
    return members;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int ranks() {
    return ranks;
  }

  @Override
  public void sum(ByteBuffer floats) {
    List<Object> parts = group.meet(rank, copy(floats));
    float[] total = ((float[]) parts.get(0)).clone();
    for (Object part : parts.subList(1, ranks)) {
      add(total, (float[]) part);
    }
    view(floats).put(total);
  }

  @Override
  public List<byte[]> gather(byte[] message) {
    List<byte[]> messages = new ArrayList<>();
    for (Object part : group.meet(rank, message.clone())) {
      messages.add((byte[]) part);
    }
    return messages;
  }

  @Override
  public void broadcast(ByteBuffer floats) {
    float[] first = (float[]) group.meet(rank, copy(floats)).get(0);
    view(floats).put(first);
  }

  @Override
  public void atStep(long step) {
    this.step = step;
  }

  @Override
  public void close() {
    group.leave("rank " + rank + " left at step " + step);
  }

  private void add(float[] total, float[] part) {
    if (part.length != total.length) {
      throw new IllegalStateException(
          "Cannot sum, the ranks' buffers differ: "
              + part.length
              + " (expected "
              + total.length
              + ")");
    }
    for (int i = 0; i < total.length; i++) {
      total[i] += part[i];
    }
  }

  private static float[] copy(ByteBuffer floats) {
    float[] values = new float[floats.remaining() / Float.BYTES];
    view(floats).get(values);
    return values;
  }

  private static FloatBuffer view(ByteBuffer floats) {
    return floats.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
