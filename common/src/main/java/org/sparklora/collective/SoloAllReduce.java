package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.util.List;

/** A single rank: every sum is its own buffer. */
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
    // The sum over one rank is already there.
  }

  @Override
  public List<byte[]> gather(byte[] message) {
    return List.of(message);
  }

  @Override
  public void broadcast(ByteBuffer floats) {
    // Rank 0's floats are already there.
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
