package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/** {@code docs/spec/exchange.md}, "Connecting". */
class TestPeerConnector {
  private static final ExchangeConfig CONFIG =
      ExchangeConfig.fresh("run-1").onHost("127.0.0.1").forGeneration(2);

  @Test
  void eachRankGivesOneLine() {
    assertEquals("sparklora-exchange/1 run-1 2 127.0.0.1 4242", PeerAddress.line(CONFIG, 4242));
    assertEquals(
        List.of(new PeerAddress("127.0.0.1", 4242)),
        PeerAddress.read(CONFIG, new RankOf(0, 1), List.of(PeerAddress.line(CONFIG, 4242))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sparklora-exchange/2 run-1 2 h 1",
        "sparklora-exchange/1 run-2 2 h 1",
        "sparklora-exchange/1 run-1 1 h 1",
        "sparklora-exchange/1 run-1 2 h 99999",
        "sparklora-exchange/1 run-1 2 h x",
        "sparklora-exchange/1 run-1 2 h",
        "",
      })
  void linesOfAnotherVersionRunOrGenerationAreRefused(String line) {
    PeerLost refused = assertThrows(PeerLost.class, () -> join(CONFIG, List.of("", line)));
    PeerLost same =
        assertThrows(
            PeerLost.class, () -> PeerAddress.read(CONFIG, new RankOf(0, 1), List.of(line)));
    assertEquals(
        "Cannot join the exchange, rank 0 is not of this generation: '%s' (expected '%s ...')."
            .formatted(line, "sparklora-exchange/1 run-1 2"),
        same.getMessage());
    assertTrue(refused.getMessage().startsWith("Cannot join the exchange, rank 0 is not"));
  }

  @Test
  void anotherNumberOfRanksIsRefused() {
    assertEquals(
        "Cannot join the exchange, the number of ranks that met is wrong: 1 (expected 2).",
        assertThrows(PeerLost.class, () -> join(CONFIG, List.of(""))).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "no such host"})
  void addressesThatAreNotThisExecutorsOwnAreRefused(String host) {
    Failure refused = assertThrows(Failure.class, () -> join(CONFIG.onHost(host), List.of()));
    assertEquals(ExitCode.CLUSTER, refused.exitCode());
    assertTrue(
        refused
            .getMessage()
            .matches(
                "Cannot listen for the other ranks, the address does not fit: .+ \\(expected this"
                    + " executor's own address\\)\\. Set SPARK_LOCAL_IP or spark\\.driver\\.host on"
                    + " that machine\\."),
        refused.getMessage());
  }

  @Test
  void aRankThatDoesNotComeIsNamed() {
    ExchangeConfig hurried = CONFIG.within(Duration.ofMillis(300), Duration.ofSeconds(9));
    List<String> lines = List.of(PeerAddress.line(CONFIG, 1), PeerAddress.line(CONFIG, 2));
    assertEquals(
        "Cannot join generation 2, rank 1 at 127.0.0.1:2 is missing: not connected after 300 ms"
            + " (expected sooner). Look into that executor's log.",
        assertThrows(PeerLost.class, () -> join(hurried, lines)).getMessage());
  }

  @Test
  void aRankThatDoesNotListenIsNamed() {
    List<String> lines = List.of(PeerAddress.line(CONFIG, 1), PeerAddress.line(CONFIG, 2));
    assertEquals(
        "Cannot join generation 2, rank 0 at 127.0.0.1:1 cannot be reached: Connection refused"
            + " (expected it to listen). Look into that executor's log.",
        assertThrows(PeerLost.class, () -> SocketAllReduce.join(CONFIG, 1, 2, mine -> lines))
            .getMessage());
  }

  @Test
  void anInterruptEndsConnectingAtOnce() {
    List<String> lines = List.of(PeerAddress.line(CONFIG, 1), PeerAddress.line(CONFIG, 2));
    Thread.currentThread().interrupt();
    assertEquals(
        "Cannot join generation 2, rank 0 was interrupted: its task is being stopped. Look into"
            + " that executor's log.",
        assertThrows(PeerLost.class, () -> join(CONFIG, lines)).getMessage());
    assertTrue(Thread.interrupted(), "the flag is kept");
  }

  private static AllReduce join(ExchangeConfig config, List<String> lines) {
    return SocketAllReduce.join(config, 0, 2, mine -> lines);
  }
}
