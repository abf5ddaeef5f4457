package org.sparklora.collective;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.sparklora.Log;

/** Leaving in good order: tells every peer and waits a while for their answers. */
final class OrderlyClose {
  private static final Log LOG = Log.of(OrderlyClose.class);
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(5);

  private final List<Peer> peers;
  private volatile boolean requested;

  // Used by the exchange's thread only.
  private boolean begun;
  private long until;

  OrderlyClose(List<Peer> peers) {
    this.peers = peers;
  }

  /** Asks for the close; from any thread. */
  void request() {
    requested = true;
  }

  boolean isRequested() {
    return requested;
  }

  boolean hasBegun() {
    return begun;
  }

  void begin(OutFrame notice) {
    begun = true;
    until = System.nanoTime() + LIMIT;
    for (Peer peer : peers) {
      if (!peer.hasLeft()) {
        peer.outbox().add(notice);
      }
    }
  }

  /** Whether every peer has answered or the time is up. */
  boolean isOver() {
    if (!begun) {
      return false;
    }
    if (System.nanoTime() - until > 0) {
      LOG.warn("Closed the exchange without an answer from every rank");
      return true;
    }
    return peers.stream()
        .allMatch(peer -> peer.isClosed() || (peer.hasLeft() && peer.outbox().isIdle()));
  }
}
