package org.sparklora.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import org.sparklora.Log;

/**
 * What this rank knows about another one, and the connection to it. Used by the exchange's thread
 * only.
 */
final class Peer {
  private static final Log LOG = Log.of(Peer.class);

  private final int rank;
  private final String address;
  private final Wire wire;
  private final SelectionKey key;
  private final Inbox inbox = new Inbox();
  private final Outbox outbox = new Outbox();
  private byte[] reason = new byte[0];
  private long heardAt;
  private long sentAt;
  private long step;
  private long arrivedIn;
  private boolean left;
  private boolean closed;

  Peer(int rank, String address, Wire wire, SelectionKey key) {
    this.rank = rank;
    this.address = address;
    this.wire = wire;
    this.key = key;
  }

  int rank() {
    return rank;
  }

  Wire wire() {
    return wire;
  }

  SelectionKey key() {
    return key;
  }

  Inbox inbox() {
    return inbox;
  }

  Outbox outbox() {
    return outbox;
  }

  /** {@link System#nanoTime} of the last sign of life. */
  long heardAt() {
    return heardAt;
  }

  void heard(long now) {
    heardAt = now;
  }

  long sentAt() {
    return sentAt;
  }

  void sent(long now) {
    sentAt = now;
  }

  long step() {
    return step;
  }

  void atStep(long step) {
    this.step = step;
  }

  /** Number of the last operation of which it sent a frame. */
  long arrivedIn() {
    return arrivedIn;
  }

  void arrives(long operation) {
    arrivedIn = operation;
  }

  boolean hasLeft() {
    return left;
  }

  void leaves() {
    left = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Room for its reason for giving up. */
  ByteBuffer explains(int bytes) {
    reason = new byte[bytes];
    return ByteBuffer.wrap(reason);
  }

  String explanation() {
    return new String(reason, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }

  void close() {
    closed = true;
    key.cancel();
    try {
      wire.close();
    } catch (IOException e) {
      LOG.debug("Closing the connection of {} failed", this, e);
    }
  }

  /** For messages: which rank, where. */
  @Override
  public String toString() {
    return "rank " + rank + " at " + address;
  }
}
