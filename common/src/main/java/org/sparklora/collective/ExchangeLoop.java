package org.sparklora.collective;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that serves all connections of a rank, from the meeting to the end: it takes the
 * caller's operations, moves their frames, sends heartbeats and notices losses, also while the
 * caller computes.
 */
final class ExchangeLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ExchangeLoop.class);

  private final Selector selector;
  private final List<Peer> peers;
  private final Watch watch;
  private final Standing standing = new Standing();
  private final Departure departure;
  private final Traffic traffic;

  private volatile String stopReason;

  // Guarded by this: handed over between the caller and the loop.
  private Call submitted;
  private PeerLost ended;

  // The loop's own.
  private Call current;

  private record Call(Operation operation, CompletableFuture<Void> done) {}

  ExchangeLoop(ExchangeConfig config, Selector selector, List<Peer> peers) {
    this.selector = selector;
    this.peers = peers;
    this.watch = new Watch(config, peers);
    this.departure = new Departure(peers);
    this.traffic = new Traffic(peers, standing, departure);
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

  /** A call of a thread that is interrupted already: it fails, whatever has arrived for it. */
  synchronized CompletableFuture<Void> submitStopped(Operation operation, String reason) {
    CompletableFuture<Void> done = submit(operation);
    stop(reason);
    return done;
  }

  void atStep(long step) {
    standing.atStep(step);
  }

  /** Fails the exchange; the reason completes "Cannot finish the sum in step 3, ...". */
  void stop(String reason) {
    stopReason = reason;
    selector.wakeup();
  }

  /** Ends the exchange in order. */
  void leave() {
    departure.want();
    selector.wakeup();
  }

  @Override
  public void run() {
    PeerLost why;
    try {
      startReading();
      while (!departure.isOver()) {
        turn();
      }
      why = new PeerLost("Cannot go on, the exchange is closed (expected no call after close).");
    } catch (PeerLost e) {
      why = e;
      giveUp(e);
    } catch (IOException | RuntimeException | Error e) {
      why = standing.failure("this rank's exchange broke: " + e, e);
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
      throw standing.failure(stopReason, null);
    }
    selector.select(watch.tickMillis());
    for (SelectionKey key : selector.selectedKeys()) {
      traffic.serve(key);
    }
    selector.selectedKeys().clear();
    if (departure.isWanted() && !departure.hasBegun()) {
      beginDeparture();
    }
    watchPeers();
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
    standing.enter(current.operation());
    if (stopReason != null) {
      throw standing.failure(stopReason, null);
    }
    watch.callStarts(System.nanoTime());
    for (Peer peer : peers) {
      if (peer.hasLeft() && current.operation().expects(peer.rank())) {
        throw standing.left(peer);
      }
      if (peer.inbox().isPaused()) {
        peer.inbox().resume();
        traffic.receive(peer);
      }
    }
    traffic.sendToAll();
    completeCall();
  }

  private void watchPeers() {
    long now = System.nanoTime();
    if (!watch.isDue(now) || departure.hasBegun()) {
      return;
    }
    watch
        .findLost(now, standing.operation())
        .ifPresent(
            loss -> {
              throw standing.lost(loss.peer(), loss.what());
            });
    for (Peer peer : watch.quiet(now)) {
      peer.outbox().add(standing.notice(FrameType.HEARTBEAT));
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
    standing.finish();
    done.complete(null);
  }

  private void beginDeparture() {
    if (current != null) {
      throw standing.failure("this rank closed the exchange during the call", null);
    }
    departure.begin(standing.notice(FrameType.LEAVE));
    traffic.sendSoon();
  }

  /** Tells the others why, where that needs no waiting. */
  private void giveUp(PeerLost why) {
    LOG.warn("{}", why.getMessage());
    for (Peer peer : peers) {
      try {
        if (!peer.isClosed() && peer.outbox().isIdle()) {
          peer.outbox().add(standing.abort(why.reason()));
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
