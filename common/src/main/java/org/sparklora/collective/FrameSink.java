package org.sparklora.collective;

import java.nio.ByteBuffer;

/** Passes the frames of one peer to the current operation, or acts on them itself. */
final class FrameSink implements Inbox.Sink {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Peer peer;
  private final SocketTraffic traffic;
  private final ExchangeStatus status;
  private final OrderlyClose orderlyClose;

  FrameSink(Peer peer, SocketTraffic traffic, ExchangeStatus status, OrderlyClose orderlyClose) {
    this.peer = peer;
    this.traffic = traffic;
    this.status = status;
    this.orderlyClose = orderlyClose;
  }

  @Override
  public ByteBuffer begin(FrameHeader header) {
    if (header.type() == FrameType.ABORT) {
      return peer.explains(header.length());
    }
    return header.type().isPartOfOperation() ? beginInOperation(header) : NOTHING;
  }

  private ByteBuffer beginInOperation(FrameHeader header) {
    if (header.operation() > status.lastNumber()) {
      return null;
    }
    if (status.operation() == null || header.operation() != status.lastNumber()) {
      throw new ProtocolError(
          "sent a frame of operation %d (this rank has finished it)".formatted(header.operation()));
    }
    ByteBuffer room = status.operation().begin(peer.rank(), header);
    peer.arrives(header.operation());
    return room;
  }

  @Override
  public void end(FrameHeader header) {
    switch (header.type()) {
      case HEARTBEAT -> peer.atStep(header.detail());
      case LEAVE -> leaves(header);
      case ABORT -> givesUp();
      default -> endInOperation(header);
    }
  }

  private void endInOperation(FrameHeader header) {
    if (status.operation().end(peer.rank(), header)) {
      traffic.sendSoon();
    }
  }

  private void givesUp() {
    peer.leaves();
    if (!orderlyClose.isRequested()) {
      throw status.lost(peer, "gave up: " + peer.explanation());
    }
  }

  private void leaves(FrameHeader header) {
    peer.atStep(header.detail());
    peer.leaves();
    if (status.operation() != null && status.operation().expects(peer.rank())) {
      throw status.left(peer);
    }
    if (!orderlyClose.isRequested()) {
      peer.outbox().add(status.notice(FrameType.LEAVE));
      traffic.sendSoon();
    }
  }
}
