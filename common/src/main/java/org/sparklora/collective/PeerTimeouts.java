package org.sparklora.collective;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The limits on waiting: who was silent too long, who is late, who needs a heartbeat. */
final class PeerTimeouts {
  private final long heartbeat;
  private final long silence;
  private final long arrival;
  private final List<Peer> peers;
  private long nextCheck;
  private long callStart;

  /**
   * @param what completes "rank 1 at host ..."
   */
  record Loss(Peer peer, String what) {}

  PeerTimeouts(ExchangeConfig config, List<Peer> peers) {
    this.heartbeat = config.heartbeat().toNanos();
    this.silence = config.exchangeTimeout().toNanos();
    this.arrival = config.arrivalTimeout().toNanos();
    this.peers = peers;
    this.nextCheck = System.nanoTime();
  }

  long tickMillis() {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(Math.min(heartbeat, arrival) / 4));
  }

  void callStarts(long now) {
    callStart = now;
  }

  /** Not after a standstill of this process itself: what arrived meanwhile has to be read first. */
  boolean isDue(long now) {
    long overdue = now - nextCheck;
    if (overdue < 0) {
      return false;
    }
    nextCheck = now + TimeUnit.MILLISECONDS.toNanos(tickMillis());
    return overdue < silence / 2;
  }

  /**
   * @param operation the one this rank is in, or null
   */
  Optional<Loss> findLost(long now, Operation operation) {
    for (Peer peer : peers) {
      if (isSilent(peer, now)) {
        return Optional.of(new Loss(peer, silent(now - peer.heardAt())));
      }
    }
    if (operation == null || now - callStart < arrival) {
      return Optional.empty();
    }
    return peers.stream()
        .filter(peer -> peer.arrivedIn() < operation.number())
        .findFirst()
        .or(() -> peers.stream().filter(peer -> operation.expects(peer.rank())).findFirst())
        .map(peer -> new Loss(peer, late(peer, operation)));
  }

  /** Connections on which nothing was sent for a while and nothing is queued. */
  List<Peer> quiet(long now) {
    return peers.stream()
        .filter(peer -> !peer.isClosed() && !peer.hasLeft() && peer.outbox().isIdle())
        .filter(peer -> now - peer.sentAt() >= heartbeat)
        .toList();
  }

  private boolean isSilent(Peer peer, long now) {
    return !peer.isClosed()
        && !peer.hasLeft()
        && !peer.inbox().isPaused()
        && now - peer.heardAt() > silence;
  }

  private String silent(long nanos) {
    return "is silent: nothing heard for %d ms (expected within %d ms, --exchange_timeout)"
        .formatted(TimeUnit.NANOSECONDS.toMillis(nanos), TimeUnit.NANOSECONDS.toMillis(silence));
  }

  private String late(Peer peer, Operation operation) {
    return "is late: alive in step %d, not in this %s (expected within %d ms)"
        .formatted(peer.step(), operation.name(), TimeUnit.NANOSECONDS.toMillis(arrival));
  }
}
