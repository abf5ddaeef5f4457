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

  private final Seat seat;
  private final String address;
  private final ExchangeLoop loop;
  private final Thread thread;
  private final ChunkPool pool = new ChunkPool();
  private long calls;

  private SocketAllReduce(Seat seat, String address, ExchangeLoop loop) {
    this.seat = seat;
    this.address = address;
    this.loop = loop;
    this.thread = new Thread(loop, "exchange-rank-" + seat.rank());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Meets the other ranks of the generation and connects to each. Listens on {@code config.host()}
   * only while they come; one rank alone opens nothing and does not ask the rendezvous.
   *
   * @throws PeerLost if a rank does not come or cannot prove the run's secret
   */
  public static AllReduce join(ExchangeConfig config, int rank, int ranks, Rendezvous rendezvous) {
    Seat seat = new Seat(rank, ranks);
    if (ranks == 1) {
      return new SoloAllReduce();
    }
    Joining joining = new Joining(config, seat);
    ExchangeLoop loop;
    try (joining) {
      List<Peer> peers = joining.meet(rendezvous);
      loop = new ExchangeLoop(config, joining.handOverSelector(), peers);
    }
    return new SocketAllReduce(seat, joining.address(), loop);
  }

  @Override
  public int rank() {
    return seat.rank();
  }

  @Override
  public int ranks() {
    return seat.ranks();
  }

  @Override
  public void sum(ByteBuffer floats) {
    run(new SumOperation(++calls, seat, checked("sum", floats), pool));
  }

  @Override
  public List<byte[]> gather(byte[] message) {
    if (message.length > FrameType.MESSAGE.longest()) {
      throw new IllegalArgumentException(
          "Cannot gather, the message is too long: %d bytes (expected at most %d)."
              .formatted(message.length, FrameType.MESSAGE.longest()));
    }
    GatherOperation gather = new GatherOperation(++calls, seat, message);
    run(gather);
    return gather.messages();
  }

  @Override
  public void broadcast(ByteBuffer floats) {
    run(new BroadcastOperation(++calls, seat, checked("broadcast", floats)));
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

  /** The loop lets go of the caller's buffer before this returns, whatever happens. */
  private void run(Operation operation) {
    boolean interrupted = Thread.interrupted();
    CompletableFuture<Void> done =
        interrupted ? loop.submitStopped(operation, interruption()) : loop.submit(operation);
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
    return "rank " + seat.rank() + " at " + address + " was interrupted: its task is being stopped";
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
