package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** All-reduce between processes over TCP: {@code docs/spec/exchange.md}. */
public final class SocketAllReduce implements AllReduce {
  private static final long CLOSE_LIMIT_MILLIS = TimeUnit.SECONDS.toMillis(10);

  private final RankOf self;
  private final String address;
  private final ExchangeLoop loop;
  private final Thread thread;
  private final ChunkPool pool = new ChunkPool();
  private long calls;

  private SocketAllReduce(RankOf self, String address, ExchangeLoop loop) {
    this.self = self;
    this.address = address;
    this.loop = loop;
    this.thread = new Thread(loop, "exchange-rank-" + self.rank());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Connects to every other rank of the generation. Listens on {@code config.host()} only until all
   * are connected; a single rank opens nothing and does not use the rendezvous.
   *
   * @throws PeerLost if a rank does not come or cannot prove the run's secret
   */
  public static AllReduce join(ExchangeConfig config, int rank, int ranks, Rendezvous rendezvous) {
    RankOf self = new RankOf(rank, ranks);
    if (ranks == 1) {
      return new SoloAllReduce();
    }
    PeerConnector connector = new PeerConnector(config, self);
    ExchangeLoop loop;
    try (connector) {
      List<Peer> peers = connector.connectAll(rendezvous);
      loop = new ExchangeLoop(config, connector.handOverSelector(), peers);
    }
    return new SocketAllReduce(self, connector.address(), loop);
  }

  @Override
  public int rank() {
    return self.rank();
  }

  @Override
  public int ranks() {
    return self.ranks();
  }

  @Override
  public void sum(ByteBuffer floats) {
    beginSum(floats).await();
  }

  @Override
  public Pending beginSum(ByteBuffer floats) {
    return begin(new SumOperation(++calls, self, checked("sum", floats), pool));
  }

  @Override
  public List<byte[]> gather(byte[] message) {
    if (message.length > FrameType.MESSAGE.longest()) {
      throw new IllegalArgumentException(
          "Cannot gather, the message is too long: %d bytes (expected at most %d)."
              .formatted(message.length, FrameType.MESSAGE.longest()));
    }
    GatherOperation gather = new GatherOperation(++calls, self, message);
    run(gather);
    return gather.messages();
  }

  @Override
  public void broadcast(ByteBuffer floats) {
    run(new BroadcastOperation(++calls, self, checked("broadcast", floats)));
  }

  @Override
  public void atStep(long step) {
    loop.atStep(step);
  }

  @Override
  public void close() {
    loop.leave();
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(CLOSE_LIMIT_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
      loop.stop(interruption());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Operation operation) {
    begin(operation).await();
  }

  private Pending begin(Operation operation) {
    boolean interrupted = Thread.currentThread().isInterrupted();
    CompletableFuture<Void> done =
        interrupted ? loop.submitStopped(operation, interruption()) : loop.submit(operation);
    return () -> await(done);
  }

  /** Whatever happens, the loop has let go of the caller's buffer when this returns. */
  private void await(CompletableFuture<Void> done) {
    boolean interrupted = Thread.interrupted();
    if (interrupted) {
      loop.stop(interruption());
    }
    while (true) {
      try {
        done.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        loop.stop(interruption());
      } catch (ExecutionException e) {
        restoreInterrupt(interrupted);
        throw ((PeerLost) e.getCause()).again();
      }
    }
    restoreInterrupt(interrupted);
  }

  private String interruption() {
    return "rank " + self.rank() + " at " + address + " was interrupted: its task is being stopped";
  }

  private static void restoreInterrupt(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static ByteBuffer checked(String call, ByteBuffer floats) {
    if (floats.order() != ByteOrder.LITTLE_ENDIAN || floats.remaining() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "Cannot %s, the buffer does not fit: %d bytes, %s (expected floats, LITTLE_ENDIAN)."
              .formatted(call, floats.remaining(), floats.order()));
    }
    return floats;
  }
}
