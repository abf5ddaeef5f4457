package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestExchangeConfig {
  private static final ExchangeConfig CONFIG = ExchangeConfig.fresh("run-1");

  @Test
  void everyRunHasItsOwnSecret() {
    assertEquals(32, CONFIG.secret().length);
    assertFalse(Arrays.equals(CONFIG.secret(), ExchangeConfig.fresh("run-1").secret()));
  }

  @Test
  void printingItHidesTheSecretAndTheKey() {
    RunCertificate certificate = RunCertificate.create();
    assertEquals("RunCertificate[hidden]", certificate.toString());
    assertEquals("RunCertificate[none]", RunCertificate.none().toString());
    assertEquals(
        "ExchangeConfig[run run-1, generation 0, host localhost, plain, silence PT1M, arrival"
            + " PT30M]",
        CONFIG.toString());
    assertEquals(
        "ExchangeConfig[run run-1, generation 3, host 10.0.0.1, TLS 1.3, silence PT1S, arrival"
            + " PT2S]",
        CONFIG
            .forGeneration(3)
            .onHost("10.0.0.1")
            .encrypted(certificate)
            .within(Duration.ofSeconds(1), Duration.ofSeconds(2))
            .toString());
  }

  @Test
  void travelsToTheExecutors() throws Exception {
    ExchangeConfig sent = CONFIG.encrypted(RunCertificate.create());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    }
    ExchangeConfig received;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      received = (ExchangeConfig) in.readObject();
    }
    assertArrayEquals(sent.secret(), received.secret());
    assertArrayEquals(sent.certificate().privateKey(), received.certificate().privateKey());
    assertEquals(sent.toString(), received.toString());
    assertNotEquals(CONFIG.toString(), received.toString());
  }

  @Test
  void wrongValuesAreUsageErrors() {
    assertUsage(
        "Cannot set up the exchange, the run id is not one word: 'a b' (expected one). Start the"
            + " run again.",
        () -> ExchangeConfig.fresh("a b"));
    assertUsage(
        "Cannot set up the exchange, --exchange_timeout is too short: PT0S (expected more than a"
            + " millisecond). Set a longer one.",
        () -> CONFIG.within(Duration.ZERO, Duration.ofSeconds(1)));
    assertUsage(
        "Cannot set up the exchange, the arrival limit is too short: PT-1S (expected more than a"
            + " millisecond). Set a longer one.",
        () -> CONFIG.within(Duration.ofSeconds(1), Duration.ofSeconds(-1)));
    assertUsage(
        "Cannot set up the exchange, the secret is too short: 3 bytes (expected 32). Use fresh().",
        () ->
            new ExchangeConfig(
                "run",
                0,
                "h",
                new byte[3],
                RunCertificate.none(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1)));
  }

  private static void assertUsage(String message, Runnable call) {
    Failure failure = assertThrows(Failure.class, call::run);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(message, failure.getMessage());
  }
}
