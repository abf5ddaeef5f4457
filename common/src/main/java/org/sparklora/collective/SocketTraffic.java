package org.sparklora.collective;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.List;

/** Reads from and writes to all connections as far as they allow, never waiting. */
final class SocketTraffic {
  private final List<Peer> peers;
  private final ExchangeStatus status;
  private final OrderlyClose orderlyClose;
  private boolean moreToSend;

  SocketTraffic(List<Peer> peers, ExchangeStatus status, OrderlyClose orderlyClose) {
    this.peers = peers;
    this.status = status;
    this.orderlyClose = orderlyClose;
  }

  /** Serves what the selector found ready. */
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
      FrameSink sink = new FrameSink(peer, this, status, orderlyClose);
      open = peer.inbox().receive(peer.wire(), sink);
    } catch (IOException e) {
      open = false;
    } catch (ProtocolError e) {
      throw status.lost(peer, "broke the protocol: it " + e.getMessage());
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

  /** Something became ready for a connection that the selector does not watch for writing. */
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
    Operation operation = status.operation();
    return operation == null ? null : operation.next(peer.rank());
  }

  private void closedBy(Peer peer) {
    if (!orderlyClose.isRequested() && !peer.hasLeft()) {
      throw status.lost(peer, "is gone: its connection closed (expected it to stay)");
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
