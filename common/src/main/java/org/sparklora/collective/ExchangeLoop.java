package org.sparklora.collective;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.sparklora.Log;

/**
 * The one thread that serves all connections of a rank once they are open: it takes the caller's
 * operations, moves their frames, sends heartbeats and notices losses, even while the caller
 * computes.
 */
final class ExchangeLoop implements Runnable {
  private static final Log LOG = Log.of(ExchangeLoop.class);

  private final Selector selector;
  private final List<Peer> peers;
  private final PeerTimeouts timeouts;
  private final ExchangeStatus status = new ExchangeStatus();
  private final OrderlyClose orderlyClose;
  private final SocketTraffic traffic;

  private volatile String stopReason;

  // Guarded by this: handed over between the caller and the loop.
  private Call submitted;
  private PeerLost ended;

  // Used by the loop only.
  private Call current;

  private record Call(Operation operation, CompletableFuture<Void> done) {}

  ExchangeLoop(ExchangeConfig config, Selector selector, List<Peer> peers) {
    this.selector = selector;
    this.peers = peers;
    this.timeouts = new PeerTimeouts(config, peers);
    this.orderlyClose = new OrderlyClose(peers);
    this.traffic = new SocketTraffic(peers, status, orderlyClose);
  }

  /** Completes when the operation is over; exceptionally with {@link PeerLost}. */
  synchronized CompletableFuture<Void> submit(Operation operation) {
    if (ended != null) {
      return CompletableFuture.failedFuture(ended);
    }
    submitted = new Call(operation, new CompletableFuture<>());
    selector.wakeup();
    return submitted.done();
  }

  /** A call from a thread that is already interrupted: it fails, whatever has arrived for it. */
  synchronized CompletableFuture<Void> submitStopped(Operation operation, String reason) {
    CompletableFuture<Void> done = submit(operation);
    stop(reason);
    return done;
  }

  void atStep(long step) {
    status.atStep(step);
  }

  /** Fails the exchange; the reason completes "Cannot finish the sum in step 3, ...". */
  void stop(String reason) {
    stopReason = reason;
    selector.wakeup();
  }

  /** Closes the exchange in good order. */
  void leave() {
    orderlyClose.request();
    selector.wakeup();
  }

  @Override
  public void run() {
    PeerLost why;
    try {
      startReading();
      while (!orderlyClose.isOver()) {
        turn();
      }
      why = new PeerLost("Cannot go on, the exchange is closed (expected no call after close).");
    } catch (PeerLost e) {
      why = e;
      giveUp(e);
    } catch (IOException | RuntimeException | Error e) {
      why = status.failure("this rank's exchange broke: " + e, e);
      giveUp(why);
    }
    end(why);
  }

  private void startReading() {
    long now = System.nanoTime();
    for (Peer peer : peers) {
      peer.heard(now);
      peer.sent(now);
      traffic.receive(peer);
    }
  }

  private void turn() throws IOException {
    // Read before the call is taken: a call that came with the stop is then named in the message.
    boolean stopped = stopReason != null;
    takeCall();
    if (stopped) {
      throw status.failure(stopReason, null);
    }
    selector.select(timeouts.tickMillis());
    for (SelectionKey key : selector.selectedKeys()) {
      traffic.serve(key);
    }
    selector.selectedKeys().clear();
    if (orderlyClose.isRequested() && !orderlyClose.hasBegun()) {
      beginOrderlyClose();
    }
    checkTimeouts();
    traffic.sendWhatIsReady();
    completeCall();
  }

  private void takeCall() {
    synchronized (this) {
      if (submitted == null) {
        return;
      }
      current = submitted;
      submitted = null;
    }
    status.enter(current.operation());
    if (stopReason != null) {
      throw status.failure(stopReason, null);
    }
    timeouts.callStarts(System.nanoTime());
    for (Peer peer : peers) {
      if (peer.hasLeft() && current.operation().expects(peer.rank())) {
        throw status.left(peer);
      }
      if (peer.inbox().isPaused()) {
        peer.inbox().resume();
        traffic.receive(peer);
      }
    }
    traffic.sendToAll();
    completeCall();
  }

  private void checkTimeouts() {
    long now = System.nanoTime();
    if (!timeouts.isDue(now) || orderlyClose.hasBegun()) {
      return;
    }
    timeouts
        .findLost(now, status.operation())
        .ifPresent(
            loss -> {
              throw status.lost(loss.peer(), loss.what());
            });
    for (Peer peer : timeouts.quiet(now)) {
      peer.outbox().add(status.notice(FrameType.HEARTBEAT));
      traffic.sendSoon();
    }
  }

  private void completeCall() {
    if (current == null || !current.operation().isComplete()) {
      return;
    }
    for (Peer peer : peers) {
      if (!peer.outbox().isIdle()) {
        return;
      }
    }
    CompletableFuture<Void> done = current.done();
    current = null;
    status.finish();
    done.complete(null);
  }

  private void beginOrderlyClose() {
    if (current != null) {
      throw status.failure("this rank closed the exchange during the call", null);
    }
    orderlyClose.begin(status.notice(FrameType.LEAVE));
    traffic.sendSoon();
  }

  /** Tells the other ranks why, where that needs no waiting. */
  private void giveUp(PeerLost why) {
    LOG.warn("{}", why.getMessage());
    for (Peer peer : peers) {
      try {
        if (!peer.isClosed() && peer.outbox().isIdle()) {
          peer.outbox().add(status.abort(why.reason()));
          peer.outbox().send(peer.wire(), () -> null);
        }
      } catch (IOException e) {
        LOG.debug("{} cannot be told", peer, e);
      }
    }
  }

  private void end(PeerLost why) {
    peers.forEach(Peer::close);
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("Closing the selector failed", e);
    }
    synchronized (this) {
      ended = why;
      if (submitted != null) {
        submitted.done().completeExceptionally(why);
      }
    }
    if (current != null) {
      current.done().completeExceptionally(why);
    }
  }
}
