package org.sparklora.collective;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Arrays;
import java.util.List;

/**
 * A program of its own, because the limit is read once per JVM: two encrypted ranks exchange many
 * times the bytes after which TLS changes its keys.
 */
public final class KeyRenewal {
  private static final int FLOATS = 1_000_000;

  private KeyRenewal() {}

  static List<RankProcess> start() {
    return List.of(RankProcess.startProgram(KeyRenewal.class, "-Djavax.net.debug=ssl:handshake"));
  }

  public static void main(String[] arguments) {
    Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 2^20");
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    ExchangeConfig config =
        ExchangeConfig.fresh("run").onHost("127.0.0.1").encrypted(RunCertificate.create());
    TestSocketAllReduce.together(config, 2, KeyRenewal::sumTenTimes);
    System.out.println("done " + (renewals(log) > 20) + ": keys were renewed, sums are right");
  }

  private static void sumTenTimes(AllReduce here) {
    for (int round = 0; round < 10; round++) {
      float[] values = new float[FLOATS];
      Arrays.fill(values, here.rank() + round);
      Floats.sum(here, values);
      if (values[0] != 1 + 2 * round || values[FLOATS - 1] != 1 + 2 * round) {
        throw new IllegalStateException("wrong sum");
      }
    }
  }

  /** The JDK writes each handshake message to the standard error; here nothing else does. */
  private static long renewals(ByteArrayOutputStream log) {
    return log.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains("Produced KeyUpdate"))
        .count();
  }
}
