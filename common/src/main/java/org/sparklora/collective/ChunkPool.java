package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Native memory for chunks that wait for their turn in a sum, kept from call to call. What was
 * given back last is taken first: it is still in the processor's cache.
 */
final class ChunkPool {
  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private int capacity;

  /** From now on chunks hold at least this many bytes; smaller ones are dropped. */
  void hold(int bytes) {
    if (bytes > capacity) {
      capacity = bytes;
      free.clear();
    }
  }

  ByteBuffer take(int bytes) {
    ByteBuffer chunk = free.isEmpty() ? ByteBuffer.allocateDirect(capacity) : free.pop();
    return chunk.clear().limit(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  void giveBack(ByteBuffer chunk) {
    free.push(chunk);
  }
}
