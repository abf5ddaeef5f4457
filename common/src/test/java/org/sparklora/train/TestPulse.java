package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sparklora.OwnJvm;

class TestPulse {
  @Test
  void aProcessThatWasFrozenKnowsForHowLong() throws Exception {
    Process process =
        OwnJvm.of(Beating.class, List.of("-Xmx32m"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      said.readLine();
      signal("STOP", process);
      TimeUnit.SECONDS.sleep(2);
      signal("CONT", process);
      assertTrue(Double.parseDouble(said.readLine()) >= 1.5);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static void signal(String name, Process to) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + to.pid()).inheritIO().start().waitFor();
  }

  /** Says that it lives, then how long it stood still. */
  static final class Beating {
    public static void main(String[] arguments) throws Exception {
      try (Pulse pulse = Pulse.start()) {
        System.out.println("beating");
        long longest = 0;
        while (longest < 1_500_000_000L) {
          TimeUnit.MILLISECONDS.sleep(50);
          longest = Math.max(longest, pulse.take());
        }
        System.out.println(longest / 1e9);
      }
    }
  }
}
