package org.sparklora.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that serves all connections of a rank, from the meeting to the end: it moves the
 * frames of the current operation, sends heartbeats and notices losses, also while the caller
 * computes.
 */
final class ExchangeLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ExchangeLoop.class);
  private static final long LEAVE_LIMIT = TimeUnit.SECONDS.toNanos(5);
  private static final int SCRATCH_BYTES = 2 * Chunks.BYTES;

  private final Selector selector;
  private final List<Peer> peers;
  private final Watch watch;
  private final ByteBuffer in = scratch(SCRATCH_BYTES);
  private final ByteBuffer out = scratch(Chunks.BYTES + FrameHeader.BYTES);

  private volatile long step;
  private volatile boolean leaving;
  private volatile String stopReason;

  // Guarded by this: handed over between the caller and the loop.
  private Call submitted;
  private PeerLost ended;

  // The loop's own.
  private Call current;
  private long lastNumber;
  private boolean moreToSend;
  private long leaveUntil;

  private record Call(Operation operation, CompletableFuture<Void> done) {}

  ExchangeLoop(ExchangeConfig config, Selector selector, List<Peer> peers) {
    this.selector = selector;
    this.peers = peers;
    this.watch = new Watch(config, peers);
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
    this.step = step;
  }

  /** Fails the exchange; the reason completes "Cannot finish the sum in step 3, ...". */
  void stop(String reason) {
    stopReason = reason;
    selector.wakeup();
  }

  /** Ends the exchange in order. */
  void leave() {
    leaving = true;
    selector.wakeup();
  }

  @Override
  public void run() {
    PeerLost why;
    try {
      startReading();
      while (!hasLeft()) {
        turn();
      }
      why = new PeerLost("Cannot go on, the exchange is closed (expected no call after close).");
    } catch (PeerLost e) {
      why = e;
      giveUp(e);
    } catch (IOException | RuntimeException | Error e) {
      why = PeerLost.because(doing(), "this rank's exchange broke: " + e, e);
      giveUp(why);
    }
    end(why);
  }

  private void startReading() {
    long now = System.nanoTime();
    for (Peer peer : peers) {
      peer.heard(now);
      peer.sent(now);
      receive(peer);
    }
  }

  private void turn() throws IOException {
    // Read before the call is taken: a call that came with the stop is then named in the message.
    boolean stopped = stopReason != null;
    takeCall();
    if (stopped) {
      throw PeerLost.because(doing(), stopReason, null);
    }
    selector.select(watch.tickMillis());
    for (SelectionKey key : selector.selectedKeys()) {
      serve(key);
    }
    selector.selectedKeys().clear();
    if (leaving && leaveUntil == 0) {
      startLeaving();
    }
    watchPeers();
    if (moreToSend) {
      moreToSend = false;
      sendToAll();
    }
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
    lastNumber = current.operation().number();
    if (stopReason != null) {
      throw PeerLost.because(doing(), stopReason, null);
    }
    watch.callStarts(System.nanoTime());
    for (Peer peer : peers) {
      if (peer.hasLeft() && current.operation().expects(peer.rank())) {
        throw left(peer);
      }
      if (peer.inbox().isPaused()) {
        peer.inbox().resume();
        receive(peer);
      }
    }
    sendToAll();
    completeCall();
  }

  private void serve(SelectionKey key) {
    Peer peer = (Peer) key.attachment();
    if (key.isValid() && key.isReadable()) {
      receive(peer);
    }
    if (key.isValid() && key.isWritable()) {
      send(peer);
    }
  }

  private void receive(Peer peer) {
    boolean open;
    try {
      open = peer.inbox().receive(peer.wire(), in, new FrameSink(peer));
    } catch (IOException e) {
      open = false;
    } catch (ProtocolError e) {
      throw lost(peer, "broke the protocol: it " + e.getMessage());
    }
    if (!open) {
      closedBy(peer);
      return;
    }
    if (peer.inbox().hasHeard()) {
      peer.heard(System.nanoTime());
    }
    setInterest(peer, SelectionKey.OP_READ, !peer.inbox().isPaused());
  }

  private void sendToAll() {
    for (Peer peer : peers) {
      if (!peer.isClosed() && (peer.key().interestOps() & SelectionKey.OP_WRITE) == 0) {
        send(peer);
      }
    }
  }

  private void send(Peer peer) {
    try {
      boolean all = peer.outbox().send(peer.wire(), out, () -> nextFrame(peer));
      peer.sent(System.nanoTime());
      setInterest(peer, SelectionKey.OP_WRITE, !all);
    } catch (IOException e) {
      closedBy(peer);
    }
  }

  private OutFrame nextFrame(Peer peer) {
    return current == null ? null : current.operation().next(peer.rank());
  }

  private void closedBy(Peer peer) {
    if (!leaving && !peer.hasLeft()) {
      throw lost(peer, "is gone: its connection closed (expected it to stay)");
    }
    peer.close();
  }

  private void watchPeers() {
    long now = System.nanoTime();
    if (!watch.isDue(now) || leaveUntil != 0) {
      return;
    }
    watch
        .findLost(now, current == null ? null : current.operation())
        .ifPresent(
            loss -> {
              throw lost(loss.peer(), loss.what());
            });
    for (Peer peer : watch.quiet(now)) {
      peer.outbox().add(outside(FrameType.HEARTBEAT));
      moreToSend = true;
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
    done.complete(null);
  }

  private void startLeaving() {
    if (current != null) {
      throw PeerLost.because(doing(), "this rank closed the exchange during the call", null);
    }
    leaveUntil = System.nanoTime() + LEAVE_LIMIT;
    for (Peer peer : peers) {
      if (!peer.hasLeft()) {
        peer.outbox().add(outside(FrameType.LEAVE));
      }
    }
    moreToSend = true;
  }

  private boolean hasLeft() {
    if (leaveUntil == 0) {
      return false;
    }
    if (System.nanoTime() - leaveUntil > 0) {
      LOG.warn("Closed the exchange without an answer from every rank");
      return true;
    }
    for (Peer peer : peers) {
      if (!peer.isClosed() && !(peer.hasLeft() && peer.outbox().isIdle())) {
        return false;
      }
    }
    return true;
  }

  /** Tells the others why, where that needs no waiting. */
  private void giveUp(PeerLost why) {
    LOG.warn("{}", why.getMessage());
    for (Peer peer : peers) {
      try {
        if (!peer.isClosed() && peer.outbox().isIdle()) {
          peer.outbox().add(abort(why.reason()));
          peer.outbox().send(peer.wire(), out, () -> null);
        }
      } catch (IOException e) {
        LOG.debug("{} cannot be told", peer, e);
      }
    }
  }

  private void end(PeerLost why) {
    for (Peer peer : peers) {
      peer.close();
    }
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

  private OutFrame outside(FrameType type) {
    return OutFrame.empty(new FrameHeader(type, 0, 0, step));
  }

  private OutFrame abort(String reason) {
    byte[] text = Texts.utf8(reason, FrameType.ABORT.longest());
    return OutFrame.bytes(new FrameHeader(FrameType.ABORT, text.length, 0, step), text);
  }

  private PeerLost lost(Peer peer, String what) {
    return PeerLost.because(doing(), peer + " " + what, null);
  }

  private PeerLost left(Peer peer) {
    return lost(peer, "is gone: it left in step " + peer.step() + " (expected it to stay)");
  }

  private String doing() {
    return current == null
        ? "go on in step " + step
        : "finish the " + current.operation().name() + " in step " + step;
  }

  private static void setInterest(Peer peer, int operation, boolean on) {
    int before = peer.key().interestOps();
    int after = on ? before | operation : before & ~operation;
    if (after != before) {
      peer.key().interestOps(after);
    }
  }

  private static ByteBuffer scratch(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Gives the frames of one peer to the current operation, or acts on them. */
  private final class FrameSink implements Inbox.Sink {
    private final Peer peer;

    private FrameSink(Peer peer) {
      this.peer = peer;
    }

    @Override
    public boolean begin(FrameHeader header) {
      if (!header.type().isPartOfOperation()) {
        return true;
      }
      if (header.operation() > lastNumber) {
        return false;
      }
      if (current == null || header.operation() != lastNumber) {
        throw new ProtocolError(
            "sent a frame of operation %d (this rank has finished it)"
                .formatted(header.operation()));
      }
      current.operation().begin(peer.rank(), header);
      peer.arrives(lastNumber);
      return true;
    }

    @Override
    public void payload(FrameHeader header, int offset, ByteBuffer bytes) {
      if (header.type() == FrameType.ABORT) {
        byte[] text = new byte[bytes.remaining()];
        bytes.get(text);
        peer.explains(text);
      } else {
        current.operation().payload(peer.rank(), header, offset, bytes);
      }
    }

    @Override
    public void end(FrameHeader header) {
      switch (header.type()) {
        case HEARTBEAT -> peer.atStep(header.detail());
        case LEAVE -> leaves(header);
        case ABORT -> givesUp();
        default -> moreToSend |= current.operation().end(peer.rank(), header);
      }
    }

    private void givesUp() {
      peer.leaves();
      if (!leaving) {
        throw lost(peer, "gave up: " + peer.explanation());
      }
    }

    private void leaves(FrameHeader header) {
      peer.atStep(header.detail());
      peer.leaves();
      if (current != null && current.operation().expects(peer.rank())) {
        throw left(peer);
      }
      if (!leaving) {
        peer.outbox().add(outside(FrameType.LEAVE));
        moreToSend = true;
      }
    }
  }
}
