package org.sparklora.collective;

import java.nio.FloatBuffer;
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
  private float[][] contributions = new float[0][];
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
  public void sum(FloatBuffer buffer) {
    run(new SumOperation(++calls, seat, buffer, contributionsFor(buffer.remaining())));
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
  public void broadcast(FloatBuffer buffer) {
    run(new BroadcastOperation(++calls, seat, buffer));
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

  private float[][] contributionsFor(int floats) {
    int own = new Chunks(floats, seat.ranks()).length(seat.rank());
    if (contributions.length == 0 || contributions[(seat.rank() + 1) % seat.ranks()].length < own) {
      contributions = new float[seat.ranks()][];
      for (int rank = 0; rank < seat.ranks(); rank++) {
        contributions[rank] = new float[rank == seat.rank() ? 0 : own];
      }
    }
    return contributions;
  }
}
