package org.sparklora.collective;

import java.time.Duration;
import java.util.Base64;

/** Hands one configuration to the processes that a test or benchmark starts. */
final class ExchangeSecrets {
  private static final ExchangeConfig HERE =
      ExchangeConfig.fresh("run").onHost("127.0.0.1").encrypted(RunCertificate.create());

  private ExchangeSecrets() {}

  /** System properties for the other process. */
  static String[] options() {
    return new String[] {
      option("secret", HERE.secret()),
      option("certificate", HERE.certificate().certificate()),
      option("key", HERE.certificate().privateKey()),
    };
  }

  /** What this process was given; its own when it was given nothing. Encrypted. */
  static ExchangeConfig config() {
    if (System.getProperty("secret") == null) {
      return HERE;
    }
    return new ExchangeConfig(
        "run",
        1,
        "127.0.0.1",
        value("secret"),
        new RunCertificate(value("certificate"), value("key")),
        Duration.ofMillis(Integer.getInteger("silence", 60_000)),
        Duration.ofMinutes(30));
  }

  private static String option(String name, byte[] value) {
    return "-D" + name + "=" + Base64.getEncoder().encodeToString(value);
  }

  private static byte[] value(String name) {
    return Base64.getDecoder().decode(System.getProperty(name));
  }
}
