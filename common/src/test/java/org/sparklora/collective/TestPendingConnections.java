package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/spec/exchange.md}, "Handshake": who is no peer is dropped, the group goes on. */
class TestPendingConnections {
  private static final ExchangeConfig CONFIG = ExchangeConfig.fresh("run-1").onHost("127.0.0.1");

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 100_000})
  void garbageDoesNotHarmTheGroup(int bytes) throws IOException {
    WaitingRank zero = WaitingRank.start(CONFIG, 2);
    byte[] garbage = new byte[bytes];
    new Random(7).nextBytes(garbage);
    try (SocketChannel stranger = zero.connect()) {
      stranger.write(ByteBuffer.wrap(garbage));
      sumTogether(zero, CONFIG);
      assertDropped(stranger);
    }
  }

  @Test
  void anHttpRequestWithAHugeLengthDoesNotHarmTheGroup() throws IOException {
    WaitingRank zero = WaitingRank.start(CONFIG, 2);
    try (SocketChannel stranger = zero.connect()) {
      String request = "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n" + "x".repeat(100);
      stranger.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
      assertDropped(stranger);
      sumTogether(zero, CONFIG);
    }
  }

  @Test
  void aPeerWithTheWrongSecretIsDroppedAndLearnsThatItIsNotWanted() {
    WaitingRank zero = WaitingRank.start(CONFIG, 2);
    ExchangeConfig wrong = ExchangeConfig.fresh("run-1").onHost("127.0.0.1");
    PeerLost refused = assertThrows(PeerLost.class, () -> zero.joinAs(wrong, 1));
    assertTrue(
        refused
            .getMessage()
            .matches(
                "Cannot join generation 0, rank 0 at 127.0.0.1:\\d+ did not introduce itself: it .*"
                    + " \\(expected a rank of this run and generation\\)\\."
                    + " Look into that executor's log\\."),
        refused.getMessage());
    sumTogether(zero, CONFIG);
  }

  @Test
  void aLeftoverOfAnotherGenerationIsDropped() {
    WaitingRank zero = WaitingRank.start(CONFIG.forGeneration(5), 2);
    try (SocketChannel leftover = zero.connect()) {
      ExchangeConfig older = CONFIG.forGeneration(4);
      assertThrows(
          IllegalStateException.class,
          () -> ScriptedPeer.shakeHands(leftover, older, new RankOf(1, 2)));
      sumTogether(zero, CONFIG.forGeneration(5));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aSilentConnectionIsDroppedInTime() throws IOException {
    ExchangeConfig hurried = CONFIG.within(Duration.ofSeconds(6), Duration.ofMinutes(1));
    WaitingRank zero = WaitingRank.start(hurried, 2);
    try (SocketChannel stranger = zero.connect()) {
      assertDropped(stranger);
      sumTogether(zero, hurried);
    }
  }

  @Test
  void aPeerMayTakeHalfOfTheTimeoutForItsHandshake() throws Exception {
    ExchangeConfig patient = CONFIG.within(Duration.ofSeconds(30), Duration.ofMinutes(1));
    WaitingRank zero = WaitingRank.start(patient, 2);
    try (SocketChannel slow = zero.connect()) {
      Thread.sleep(11_000);
      ScriptedPeer.shakeHands(slow, patient, new RankOf(1, 2));
      assertEquals(2, zero.joined().ranks());
    }
  }

  @Test
  void moreSilentConnectionsThanAreHeldDoNotHarmTheGroup() throws IOException {
    WaitingRank zero = WaitingRank.start(CONFIG, 2);
    List<SocketChannel> strangers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      strangers.add(zero.connect());
    }
    sumTogether(zero, CONFIG);
    for (SocketChannel stranger : strangers) {
      assertDropped(stranger);
      stranger.close();
    }
  }

  @Test
  void aSecondOneOfTheSameRankIsDropped() throws IOException {
    WaitingRank zero = WaitingRank.start(CONFIG, 3);
    ScriptedPeer first = ScriptedPeer.shakeHands(zero, CONFIG, new RankOf(1, 3));
    try (SocketChannel second = zero.connect()) {
      assertThrows(
          IllegalStateException.class,
          () -> ScriptedPeer.shakeHands(second, CONFIG, new RankOf(1, 3)));
      ScriptedPeer.shakeHands(zero, CONFIG, new RankOf(2, 3));
      assertEquals(3, zero.joined().ranks());
    }
    first.close();
  }

  @Test
  void nobodyCanConnectLaterOrOnAnotherAddress() throws IOException {
    WaitingRank zero = WaitingRank.start(CONFIG, 2);
    InetSocketAddress address = zero.address();
    InetSocketAddress other = new InetSocketAddress("127.0.0.2", address.getPort());
    assertThrows(ConnectException.class, () -> SocketChannel.open(other));
    try (AllReduce one = zero.joinAs(CONFIG, 1);
        AllReduce here = zero.joined()) {
      assertEquals(1, one.rank());
      assertThrows(ConnectException.class, () -> SocketChannel.open(address));
      here.atStep(1);
    }
  }

  private static void sumTogether(WaitingRank zero, ExchangeConfig config) {
    Ranks.run(
        2,
        rank -> {
          try (AllReduce here = rank == 1 ? zero.joinAs(config, 1) : zero.joined()) {
            float[] values = {1 + rank};
            Floats.sum(here, values);
            assertArrayEquals(new float[] {3}, values);
          }
          return null;
        });
  }

  /** The other end closes or resets; the socket's own limit fails the test otherwise. */
  private static void assertDropped(SocketChannel stranger) throws IOException {
    stranger.configureBlocking(true);
    stranger.socket().setSoTimeout(20_000);
    try {
      assertEquals(-1, stranger.socket().getInputStream().read());
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException reset) {
      assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
    }
  }
}
