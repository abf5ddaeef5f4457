package org.sparklora.collective;

import java.io.Serializable;
import java.security.SecureRandom;
import java.time.Duration;
import org.sparklora.Failure;

/**
 * What the ranks of a run must agree on to talk to each other: made on the driver, shipped to every
 * executor, never logged.
 *
 * @param host this rank's own address, to listen on; set on the executor
 * @param secret what peers must prove to hold before anything else
 * @param certificate turns on TLS 1.3; {@link RunCertificate#none()} for plain connections
 * @param exchangeTimeout a peer that is silent for this long is lost
 * @param arrivalTimeout a peer that is alive but does not enter the operation for this long is lost
 */
public record ExchangeConfig(
    String runId,
    long generation,
    String host,
    byte[] secret,
    RunCertificate certificate,
    Duration exchangeTimeout,
    Duration arrivalTimeout)
    implements Serializable {
  private static final int SECRET_BYTES = 32;

  public ExchangeConfig {
    if (runId.isBlank() || runId.chars().anyMatch(Character::isWhitespace)) {
      throw Failure.usage(
          "Cannot set up the exchange, the run id is not one word: '"
              + runId
              + "' (expected one)."
              + " Start the run again.");
    }
    if (secret.length < SECRET_BYTES) {
      throw Failure.usage(
          "Cannot set up the exchange, the secret is too short: %d bytes (expected %d). Use fresh()."
              .formatted(secret.length, SECRET_BYTES));
    }
    requirePositive("--exchange_timeout", exchangeTimeout);
    requirePositive("the arrival limit", arrivalTimeout);
  }

  /** A new secret, no encryption, the usual limits (60 s of silence, 30 min to arrive). */
  public static ExchangeConfig fresh(String runId) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new ExchangeConfig(
        runId,
        0,
        "localhost",
        secret,
        RunCertificate.none(),
        Duration.ofSeconds(60),
        Duration.ofMinutes(30));
  }

  public ExchangeConfig onHost(String host) {
    return new ExchangeConfig(
        runId, generation, host, secret, certificate, exchangeTimeout, arrivalTimeout);
  }

  public ExchangeConfig forGeneration(long generation) {
    return new ExchangeConfig(
        runId, generation, host, secret, certificate, exchangeTimeout, arrivalTimeout);
  }

  public ExchangeConfig encrypted(RunCertificate certificate) {
    return new ExchangeConfig(
        runId, generation, host, secret, certificate, exchangeTimeout, arrivalTimeout);
  }

  public ExchangeConfig within(Duration exchangeTimeout, Duration arrivalTimeout) {
    return new ExchangeConfig(
        runId, generation, host, secret, certificate, exchangeTimeout, arrivalTimeout);
  }

  /** A sixth of the exchange timeout, 5 s at most. */
  Duration heartbeat() {
    Duration sixth = exchangeTimeout.dividedBy(6);
    Duration most = Duration.ofSeconds(5);
    return sixth.compareTo(most) < 0 ? sixth : most;
  }

  /**
   * How long a connection may take to prove the secret: half of the exchange timeout. Many ranks on
   * few cores need most of it for their TLS handshakes.
   */
  Duration handshakeTimeout() {
    return exchangeTimeout.dividedBy(2);
  }

  /** Hides the secret and the key. */
  @Override
  public String toString() {
    return "ExchangeConfig[run %s, generation %d, host %s, %s, silence %s, arrival %s]"
        .formatted(
            runId,
            generation,
            host,
            certificate.isNone() ? "plain" : "TLS 1.3",
            exchangeTimeout,
            arrivalTimeout);
  }

  private static void requirePositive(String flag, Duration value) {
    if (value.toMillis() <= 0) {
      throw Failure.usage(
          "Cannot set up the exchange, %s is too short: %s (expected more than a millisecond)."
                  .formatted(flag, value)
              + " Set a longer one.");
    }
  }
}
