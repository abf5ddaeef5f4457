package org.sparklora.collective;

import java.nio.ByteBuffer;

/** Gives the frames of one peer to the current operation, or acts on them. */
final class FrameSink implements Inbox.Sink {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Peer peer;
  private final Traffic traffic;
  private final Standing standing;
  private final Departure departure;

  FrameSink(Peer peer, Traffic traffic, Standing standing, Departure departure) {
    this.peer = peer;
    this.traffic = traffic;
    this.standing = standing;
    this.departure = departure;
  }

  @Override
  public ByteBuffer begin(FrameHeader header) {
    if (header.type() == FrameType.ABORT) {
      return peer.explains(header.length());
    }
    return header.type().isPartOfOperation() ? beginInOperation(header) : NOTHING;
  }

  private ByteBuffer beginInOperation(FrameHeader header) {
    if (header.operation() > standing.lastNumber()) {
      return null;
    }
    if (standing.operation() == null || header.operation() != standing.lastNumber()) {
      throw new ProtocolError(
          "sent a frame of operation %d (this rank has finished it)".formatted(header.operation()));
    }
    ByteBuffer place = standing.operation().begin(peer.rank(), header);
    peer.arrives(header.operation());
    return place;
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
    if (standing.operation().end(peer.rank(), header)) {
      traffic.sendSoon();
    }
  }

  private void givesUp() {
    peer.leaves();
    if (!departure.isWanted()) {
      throw standing.lost(peer, "gave up: " + peer.explanation());
    }
  }

  private void leaves(FrameHeader header) {
    peer.atStep(header.detail());
    peer.leaves();
    if (standing.operation() != null && standing.operation().expects(peer.rank())) {
      throw standing.left(peer);
    }
    if (!departure.isWanted()) {
      peer.outbox().add(standing.notice(FrameType.LEAVE));
      traffic.sendSoon();
    }
  }
}
