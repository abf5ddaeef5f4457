package org.sparklora.collective;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;

/**
 * What this rank knows of another one, and their connection. Used by the exchange's thread only.
 */
final class Peer {
  private final int rank;
  private final String address;
  private final Wire wire;
  private final SelectionKey key;
  private final Inbox inbox = new Inbox();
  private final Outbox outbox = new Outbox();
  private final ByteArrayOutputStream reason = new ByteArrayOutputStream();
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

  /** Some of its reason to give up. */
  void explains(byte[] text) {
    reason.writeBytes(text);
  }

  String explanation() {
    return reason.toString(StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }

  void close() {
    closed = true;
    key.cancel();
    try {
      wire.close();
    } catch (IOException e) {
      // The connection is given up either way.
      reason.reset();
    }
  }

  /** For messages: which rank, where. */
  @Override
  public String toString() {
    return "rank " + rank + " at " + address;
  }
}
