package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the ranks of one generation do together. Every rank calls the same methods in the same order
 * from one thread.
 *
 * <p>Every wait has a limit; when a peer is lost, all methods fail with a {@link PeerLost} that
 * names its rank, its host and the step.
 */
public interface AllReduce extends AutoCloseable {
  int rank();

  int ranks();

  /**
   * Replaces the floats by their sum over all ranks, added in rank order: bit-identical on every
   * rank and from run to run.
   *
   * @param floats little-endian, from position to limit (left unchanged); a direct buffer is best:
   *     it is not copied on the way
   */
  void sum(ByteBuffer floats);

  /**
   * Begins what {@link #sum} does; it goes on while the caller computes. The caller awaits its end
   * before any other call, and leaves the floats alone until then.
   */
  default Pending beginSum(ByteBuffer floats) {
    sum(floats);
    return () -> {};
  }

  /** A call that has begun. */
  interface Pending {
    /** Returns when it has ended. */
    void await();
  }

  /** Every rank's message, in rank order. Messages are small (at most 1 MiB). */
  List<byte[]> gather(byte[] message);

  /**
   * Replaces the floats by rank 0's.
   *
   * @param floats as for {@link #sum}
   */
  void broadcast(ByteBuffer floats);

  /** Says which step this rank is at, for failure messages and logs, its peers' included. */
  void atStep(long step);

  /** Closes all connections; a peer that still awaits something from this rank fails at once. */
  @Override
  void close();
}
