package org.sparklora.collective;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.List;

/** Moves the bytes of all connections as far as they take and give some, never waiting. */
final class Traffic {
  private final List<Peer> peers;
  private final Standing standing;
  private final Departure departure;
  private boolean moreToSend;

  Traffic(List<Peer> peers, Standing standing, Departure departure) {
    this.peers = peers;
    this.standing = standing;
    this.departure = departure;
  }

  /** Moves what the selector found ready. */
  void serve(SelectionKey key) {
    Peer peer = (Peer) key.attachment();
    if (key.isValid() && key.isReadable()) {
      receive(peer);
    }
    if (key.isValid() && key.isWritable()) {
      send(peer);
    }
  }

  void receive(Peer peer) {
    boolean open;
    try {
      FrameSink sink = new FrameSink(peer, this, standing, departure);
      open = peer.inbox().receive(peer.wire(), sink);
    } catch (IOException e) {
      open = false;
    } catch (ProtocolError e) {
      throw standing.lost(peer, "broke the protocol: it " + e.getMessage());
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

  /** Something is ready for a connection that the selector does not watch for room. */
  void sendSoon() {
    moreToSend = true;
  }

  void sendWhatIsReady() {
    if (moreToSend) {
      sendToAll();
    }
  }

  void sendToAll() {
    moreToSend = false;
    for (Peer peer : peers) {
      if (!peer.isClosed() && (peer.key().interestOps() & SelectionKey.OP_WRITE) == 0) {
        send(peer);
      }
    }
  }

  private void send(Peer peer) {
    try {
      boolean all = peer.outbox().send(peer.wire(), () -> nextFrame(peer));
      peer.sent(System.nanoTime());
      setInterest(peer, SelectionKey.OP_WRITE, !all);
    } catch (IOException e) {
      closedBy(peer);
    }
  }

  private OutFrame nextFrame(Peer peer) {
    Operation operation = standing.operation();
    return operation == null ? null : operation.next(peer.rank());
  }

  private void closedBy(Peer peer) {
    if (!departure.isWanted() && !peer.hasLeft()) {
      throw standing.lost(peer, "is gone: its connection closed (expected it to stay)");
    }
    peer.close();
  }

  private static void setInterest(Peer peer, int operation, boolean on) {
    int before = peer.key().interestOps();
    int after = on ? before | operation : before & ~operation;
    if (after != before) {
      peer.key().interestOps(after);
    }
  }
}
