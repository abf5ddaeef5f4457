package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.util.List;

/** One rank alone: every sum is its own buffer. */
final class SoloAllReduce implements AllReduce {
  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int ranks() {
    return 1;
  }

  @Override
  public void sum(ByteBuffer floats) {
    // The sum over one rank is what is there.
  }

  @Override
  public List<byte[]> gather(byte[] message) {
    return List.of(message);
  }

  @Override
  public void broadcast(ByteBuffer floats) {
    // Rank 0's is what is there.
  }

  @Override
  public void atStep(long step) {
    // Nobody to tell.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
