package org.sparklora.collective;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.IntPredicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One end of the mutual proof that both hold the run's secret: fixed-length messages, never
 * blocking.
 */
final class Handshake {
  static final int HELLO_BYTES = 64;
  static final int PROOF_BYTES = 32;
  static final int VERSION = 1;
  static final byte[] MAGIC = "SPKLORAX".getBytes(StandardCharsets.US_ASCII);

  private static final SecureRandom RANDOM = new SecureRandom();

  private enum Awaiting {
    HELLO,
    CHALLENGE,
    CONNECTOR_PROOF,
    ACCEPTOR_PROOF,
    NOTHING
  }

  private final Wire wire;
  private final ExchangeConfig config;
  private final RankOf self;
  private final IntPredicate vacant;
  private Awaiting awaiting;
  private ByteBuffer incoming;
  private ByteBuffer outgoing = ByteBuffer.allocate(0);
  private byte[] hello;
  private byte[] challenge;
  private int peer;

  private Handshake(Wire wire, ExchangeConfig config, RankOf self, IntPredicate vacant) {
    this.wire = wire;
    this.config = config;
    this.self = self;
    this.vacant = vacant;
  }

  static Handshake connecting(Wire wire, ExchangeConfig config, RankOf self, int peer) {
    Handshake here = new Handshake(wire, config, self, rank -> true);
    here.peer = peer;
    here.hello = here.helloBytes();
    here.send(here.hello);
    here.await(Awaiting.CHALLENGE, PROOF_BYTES);
    return here;
  }

  /**
   * @param vacant whether a rank has yet to connect
   */
  static Handshake accepting(Wire wire, ExchangeConfig config, RankOf self, IntPredicate vacant) {
    Handshake here = new Handshake(wire, config, self, vacant);
    here.await(Awaiting.HELLO, HELLO_BYTES);
    return here;
  }

  /**
   * Advances as far as the connection allows; true once both ends have proved the secret.
   *
   * @throws ProtocolError if the other end is not a peer of this generation
   */
  boolean advance() throws IOException {
    while (true) {
      wire.write(outgoing);
      if (outgoing.hasRemaining() || !wire.flush()) {
        return false;
      }
      if (awaiting == Awaiting.NOTHING) {
        return true;
      }
      if (!received()) {
        return false;
      }
      answer(incoming.array());
    }
  }

  boolean wantsToWrite() throws IOException {
    return !wire.flush() || (outgoing.hasRemaining() && !wire.awaitsInput());
  }

  Wire wire() {
    return wire;
  }

  int peer() {
    return peer;
  }

  private boolean received() throws IOException {
    while (incoming.hasRemaining()) {
      long count = wire.read(incoming);
      if (count < 0) {
        throw new EOFException("closed the connection before it had proved the run's secret");
      }
      if (count == 0) {
        return false;
      }
    }
    return true;
  }

  private void answer(byte[] message) {
    switch (awaiting) {
      case HELLO -> {
        peer = checkHello(message);
        hello = message;
        challenge = random();
        send(challenge);
        await(Awaiting.CONNECTOR_PROOF, PROOF_BYTES);
      }
      case CHALLENGE -> {
        challenge = message;
        send(proof("connector"));
        await(Awaiting.ACCEPTOR_PROOF, PROOF_BYTES);
      }
      case CONNECTOR_PROOF -> {
        checkProof("connector", message);
        send(proof("acceptor"));
        await(Awaiting.NOTHING, 0);
      }
      case ACCEPTOR_PROOF -> {
        checkProof("acceptor", message);
        await(Awaiting.NOTHING, 0);
      }
      default -> throw new IllegalStateException("nothing is awaited");
    }
  }

  private byte[] helloBytes() {
    return ByteBuffer.allocate(HELLO_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putInt(VERSION)
        .putInt(self.rank())
        .putInt(peer)
        .putInt(self.ranks())
        .putLong(config.generation())
        .put(random())
        .array();
  }

  private int checkHello(byte[] message) {
    ByteBuffer fields = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    if (!Arrays.equals(MAGIC, 0, MAGIC.length, message, 0, MAGIC.length)) {
      throw new ProtocolError("sent something that is no introduction");
    }
    fields.position(MAGIC.length);
    require("version", fields.getInt(), VERSION);
    int from = fields.getInt();
    require("wanted rank", fields.getInt(), self.rank());
    require("number of ranks", fields.getInt(), self.ranks());
    require("generation", fields.getLong(), config.generation());
    if (from <= self.rank() || from >= self.ranks() || !vacant.test(from)) {
      throw new ProtocolError("introduced itself as rank " + from + ", which is not awaited");
    }
    return from;
  }

  private static void require(String field, long actual, long expected) {
    if (actual != expected) {
      throw new ProtocolError(
          "introduced itself with another %s: %d (expected %d)".formatted(field, actual, expected));
    }
  }

  private void checkProof(String role, byte[] message) {
    if (!MessageDigest.isEqual(message, proof(role))) {
      throw new ProtocolError("does not hold the run's secret");
    }
  }

  private byte[] proof(String role) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(config.secret(), "HmacSHA256"));
      mac.update(role.getBytes(StandardCharsets.UTF_8));
      mac.update(config.runId().getBytes(StandardCharsets.UTF_8));
      mac.update(hello);
      return mac.doFinal(challenge);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private void send(byte[] message) {
    outgoing = ByteBuffer.wrap(message);
  }

  private void await(Awaiting next, int bytes) {
    awaiting = next;
    incoming = ByteBuffer.allocate(bytes);
  }

  private static byte[] random() {
    byte[] bytes = new byte[PROOF_BYTES];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
