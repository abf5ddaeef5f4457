package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** {@code docs/spec/exchange.md}, "Handshake: who is there". */
class TestHandshake {
  private static final ExchangeConfig CONFIG = ExchangeConfig.fresh("run-1").onHost("127.0.0.1");
  private static final RankOf ZERO = new RankOf(0, 3);
  private static final RankOf TWO = new RankOf(2, 3);

  @Test
  void bothEndsKnowEachOtherAfterwards() throws IOException {
    try (Pair pair = new Pair()) {
      Handshake accepting = pair.accepting(CONFIG, ZERO);
      pair.complete(pair.connecting(CONFIG, TWO), accepting);
      assertEquals(2, accepting.peer());
    }
  }

  @Test
  void anotherSecretIsRefused() throws IOException {
    ExchangeConfig other = ExchangeConfig.fresh("run-1").onHost("127.0.0.1");
    assertEquals("does not hold the run's secret", refusal(other, TWO));
  }

  @Test
  void anotherRunIsRefused() throws IOException {
    ExchangeConfig other =
        new ExchangeConfig(
            "run-2",
            CONFIG.generation(),
            CONFIG.host(),
            CONFIG.secret(),
            CONFIG.certificate(),
            CONFIG.exchangeTimeout(),
            CONFIG.arrivalTimeout());
    assertEquals("does not hold the run's secret", refusal(other, TWO));
  }

  @Test
  void aLeftoverOfAnotherGenerationIsRefused() throws IOException {
    assertEquals(
        "introduced itself with another generation: 7 (expected 0)",
        refusal(CONFIG.forGeneration(7), TWO));
  }

  @Test
  void anotherNumberOfRanksIsRefused() throws IOException {
    assertEquals(
        "introduced itself with another number of ranks: 4 (expected 3)",
        refusal(CONFIG, new RankOf(2, 4)));
  }

  @Test
  void ranksThatAreNotAwaitedAreRefused() throws IOException {
    assertEquals(
        "introduced itself as rank 0, which is not awaited", refusal(CONFIG, new RankOf(0, 3)));
    try (Pair pair = new Pair()) {
      Handshake accepting = Handshake.accepting(pair.near(), CONFIG, ZERO, rank -> rank != 2);
      ProtocolError refused =
          assertThrows(
              ProtocolError.class, () -> pair.complete(pair.connecting(CONFIG, TWO), accepting));
      assertEquals("introduced itself as rank 2, which is not awaited", refused.getMessage());
    }
  }

  @Test
  void garbageIsRefused() throws IOException {
    try (Pair pair = new Pair()) {
      pair.far.write(ByteBuffer.wrap(new byte[Handshake.HELLO_BYTES]));
      Handshake accepting = pair.accepting(CONFIG, ZERO);
      ProtocolError refused = assertThrows(ProtocolError.class, () -> advanceUntilDone(accepting));
      assertEquals("sent something that is no introduction", refused.getMessage());
    }
  }

  @Test
  void anEarlyEndIsRefused() throws IOException {
    try (Pair pair = new Pair()) {
      Handshake accepting = pair.accepting(CONFIG, ZERO);
      pair.far.close();
      IOException ended = assertThrows(IOException.class, () -> advanceUntilDone(accepting));
      assertEquals(
          "closed the connection before it had proved the run's secret", ended.getMessage());
    }
  }

  @Test
  void theConnectingSideAsksForProofToo() throws IOException {
    try (Pair pair = new Pair()) {
      Handshake connecting = pair.connecting(CONFIG, TWO);
      connecting.advance();
      // A listener without the secret: any challenge, any proof.
      pair.near.write(ByteBuffer.wrap(new byte[2 * Handshake.PROOF_BYTES]));
      ProtocolError refused = assertThrows(ProtocolError.class, () -> advanceUntilDone(connecting));
      assertEquals("does not hold the run's secret", refused.getMessage());
    }
  }

  @Test
  void aProofThatWasOverheardIsWorthNothing() throws IOException {
    byte[] overheard = new byte[Handshake.HELLO_BYTES + Handshake.PROOF_BYTES];
    try (Pair pair = new Pair()) {
      Handshake accepting = pair.accepting(CONFIG, ZERO);
      Handshake connecting = pair.connecting(CONFIG, TWO);
      connecting.advance();
      readFully(pair.near, overheard, 0, Handshake.HELLO_BYTES);
      pair.far.write(ByteBuffer.wrap(overheard, 0, Handshake.HELLO_BYTES));
      while (!accepting.advance() && !connecting.advance()) {
        Thread.onSpinWait();
      }
    }
    try (Pair pair = new Pair()) {
      pair.far.write(ByteBuffer.wrap(overheard));
      Handshake accepting = pair.accepting(CONFIG, ZERO);
      assertThrows(ProtocolError.class, () -> advanceUntilDone(accepting));
    }
  }

  private static String refusal(ExchangeConfig other, RankOf self) throws IOException {
    try (Pair pair = new Pair()) {
      Handshake accepting = pair.accepting(CONFIG, ZERO);
      Handshake connecting = pair.connecting(other, self);
      return assertThrows(ProtocolError.class, () -> pair.complete(connecting, accepting))
          .getMessage();
    }
  }

  private static void advanceUntilDone(Handshake handshake) throws IOException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!handshake.advance()) {
      assertTrue(System.nanoTime() - deadline < 0, "no end");
      Thread.onSpinWait();
    }
  }

  private static void readFully(SocketChannel channel, byte[] into, int start, int count)
      throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(into, start, count);
    while (rest.hasRemaining()) {
      channel.read(rest);
    }
  }

  /** Two ends of one connection. */
  private static final class Pair implements AutoCloseable {
    private final SocketChannel near;
    private final SocketChannel far;

    private Pair() throws IOException {
      try (ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        far = SocketChannel.open(server.getLocalAddress());
        near = server.accept();
      }
      near.configureBlocking(false);
      far.configureBlocking(false);
    }

    private Wire near() {
      return new PlainWire(near);
    }

    private Handshake accepting(ExchangeConfig config, RankOf self) {
      return Handshake.accepting(near(), config, self, rank -> true);
    }

    private Handshake connecting(ExchangeConfig config, RankOf self) {
      return Handshake.connecting(new PlainWire(far), config, self, 0);
    }

    private void complete(Handshake one, Handshake other) throws IOException {
      long deadline = System.nanoTime() + 10_000_000_000L;
      boolean done = false;
      while (!done) {
        assertTrue(System.nanoTime() - deadline < 0, "no end");
        boolean oneDone = one.advance();
        done = other.advance() && oneDone;
      }
    }

    @Override
    public void close() throws IOException {
      near.close();
      far.close();
    }
  }
}
