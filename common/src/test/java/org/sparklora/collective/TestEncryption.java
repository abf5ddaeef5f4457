package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/spec/exchange.md}, "Encryption". */
class TestEncryption {
  private static final ExchangeConfig PLAIN = ExchangeConfig.fresh("run-1").onHost("127.0.0.1");
  private static final ExchangeConfig ENCRYPTED = PLAIN.encrypted(RunCertificate.create());
  private static final float GRADIENT = 1.2345678f;

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void sumsAreTheSameBits(int ranks) {
    for (int floats : new int[] {300_007, 1, 0}) {
      float[][] inputs = TestSocketAllReduce.inputs(ranks, floats);
      float[] expected = TestSocketAllReduce.plainSum(inputs);
      TestSocketAllReduce.together(
          ENCRYPTED,
          ranks,
          here -> {
            for (int round = 0; round < 3; round++) {
              float[] values = inputs[here.rank()].clone();
              Floats.sum(here, values);
              assertArrayEquals(
                  TestSocketAllReduce.bits(expected), TestSocketAllReduce.bits(values));
              assertEquals(ranks, here.gather(new byte[1 << 20]).size());
            }
          });
    }
  }

  /** 2,016 handshakes, 63 for each rank: on two cores they take longer than any single one may. */
  @Test
  void sixtyFourEncryptedRanksOfOneProcessMeet() {
    TestSocketAllReduce.together(
        ENCRYPTED, 64, here -> assertEquals(64, here.gather(new byte[1]).size()));
  }

  @Test
  void aTapSeesNoGradient() {
    assertTrue(holdsGradient(tapped(PLAIN)), "the tap works: it sees plain gradients");
    byte[] heard = tapped(ENCRYPTED);
    assertTrue(heard.length > 2 * 4 * 100_000, "all went through the tap");
    assertFalse(holdsGradient(heard));
    assertFalse(contains(heard, Handshake.MAGIC), "nor the handshake");
  }

  @Test
  void anotherRunsCertificateIsRefusedByBothSides() {
    WaitingRank zero = WaitingRank.start(ENCRYPTED, 2);
    ExchangeConfig other = ENCRYPTED.encrypted(RunCertificate.create());
    PeerLost refused = assertThrows(PeerLost.class, () -> zero.joinAs(other, 1));
    assertTrue(
        refused
            .getMessage()
            .contains(
                "did not introduce itself: it the peer's certificate is not this run's (expected"),
        refused.getMessage());
    joinAndSum(zero, ENCRYPTED);
  }

  @Test
  void aPlainPeerIsRefused() {
    WaitingRank zero = WaitingRank.start(ENCRYPTED, 2);
    assertThrows(PeerLost.class, () -> zero.joinAs(PLAIN, 1));
    joinAndSum(zero, ENCRYPTED);
  }

  @Test
  void keysAreRenewedWithinARun() {
    List<RankProcess> ranks = KeyRenewal.start();
    try {
      assertEquals("true: keys were renewed, sums are right", ranks.get(0).await("done"));
    } finally {
      ranks.forEach(RankProcess::close);
    }
  }

  @Test
  void aBrokenCertificateIsNamed() {
    RunCertificate broken = new RunCertificate(new byte[] {1}, new byte[] {2});
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () -> SocketAllReduce.join(PLAIN.encrypted(broken), 0, 2, mine -> List.of()));
    assertTrue(
        refused
            .getMessage()
            .startsWith("Cannot encrypt the exchange, the run's certificate does not load: "),
        refused.getMessage());
  }

  private static void joinAndSum(WaitingRank zero, ExchangeConfig config) {
    Future<AllReduce> one = Ranks.start(1, rank -> zero.joinAs(config, 1)).get(0);
    sum(zero.joined(), Ranks.await(one));
  }

  /** All bytes of a sum of 100,000 equal floats between two ranks. */
  private static byte[] tapped(ExchangeConfig config) {
    WaitingRank zero = WaitingRank.start(config, 2);
    try (Tap tap = Tap.before(zero.address())) {
      List<String> lines =
          List.of(PeerAddress.line(config, tap.port()), PeerAddress.line(config, 9));
      Future<AllReduce> one =
          Ranks.start(1, rank -> SocketAllReduce.join(config, 1, 2, mine -> lines)).get(0);
      sum(zero.joined(), Ranks.await(one));
      return tap.heard();
    }
  }

  private static void sum(AllReduce zero, AllReduce one) {
    Ranks.run(
        2,
        rank -> {
          float[] values = new float[100_000];
          Arrays.fill(values, GRADIENT);
          try (AllReduce here = rank == 0 ? zero : one) {
            Floats.sum(here, values);
          }
          assertEquals(2 * GRADIENT, values[99_999]);
          return null;
        });
  }

  private static boolean holdsGradient(byte[] heard) {
    ByteBuffer two = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    return contains(heard, two.putFloat(GRADIENT).putFloat(GRADIENT).array());
  }

  private static boolean contains(byte[] heard, byte[] pattern) {
    String text = new String(heard, StandardCharsets.ISO_8859_1);
    return text.contains(new String(pattern, StandardCharsets.ISO_8859_1));
  }
}
