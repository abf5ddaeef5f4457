package org.sparklora.train;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.sparklora.collective.AllReduce;

/** The peers of a rank, with a watch on how long its sums take: the wait for them and the way. */
final class TimedAllReduce implements AllReduce {
  private final AllReduce peers;
  private long nanos;

  TimedAllReduce(AllReduce peers) {
    this.peers = peers;
  }

  /** Time in sums since the last call of this. */
  long takeNanos() {
    long taken = nanos;
    nanos = 0;
    return taken;
  }

  @Override
  public void sum(ByteBuffer floats) {
    long begin = System.nanoTime();
    peers.sum(floats);
    nanos += System.nanoTime() - begin;
  }

  @Override
  public Pending beginSum(ByteBuffer floats) {
    Pending sum = timed(() -> peers.beginSum(floats));
    return () ->
        timed(
            () -> {
              sum.await();
              return sum;
            });
  }

  private Pending timed(Supplier<Pending> call) {
    long begin = System.nanoTime();
    Pending sum = call.get();
    nanos += System.nanoTime() - begin;
    return sum;
  }

  @Override
  public int rank() {
    return peers.rank();
  }

  @Override
  public int ranks() {
    return peers.ranks();
  }

  @Override
  public List<byte[]> gather(byte[] message) {
    return peers.gather(message);
  }

  @Override
  public void broadcast(ByteBuffer floats) {
    peers.broadcast(floats);
  }

  @Override
  public void atStep(long step) {
    peers.atStep(step);
  }

  @Override
  public void close() {
    peers.close();
  }
}
