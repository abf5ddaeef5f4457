package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code docs/spec/exchange.md}, "Life and loss", with ranks in separate JVMs. */
class TestFaults {
  private static final long NOTICED_AT_MOST = 10_000;

  private List<RankProcess> ranks = List.of();

  @AfterEach
  void endProcesses() {
    ranks.forEach(RankProcess::close);
  }

  @Test
  void aPeerKilledInTheAllReduceIsNoticed() {
    ranks = RankProcess.start(3, Map.of("floats", "4000000"));
    for (int step = 1; step <= 20; step++) {
      ranks.get(1).await("step");
    }
    ranks.get(1).signal("KILL");
    long killed = System.currentTimeMillis();
    String gone = "Cannot .* step \\d+, (rank [02] at \\S+ gave up: )?rank 1 at \\S+ is gone";
    assertNoticed("killed while summing", 0, killed, gone);
    assertNoticed("killed while summing", 2, killed, gone);
  }

  @Test
  void aPeerKilledWhileTheOthersWaitForItIsNoticed() {
    ranks = RankProcess.start(3, Map.of("pauseAt", "5"));
    ranks.get(1).await("pausing");
    ranks.get(1).signal("KILL");
    long killed = System.currentTimeMillis();
    String gone =
        "Cannot finish the sum in step 5, (rank [02] at \\S+ gave up: )?rank 1 at \\S+ is gone";
    assertNoticed("killed while awaited", 0, killed, gone);
    assertNoticed("killed while awaited", 2, killed, gone);
  }

  @Test
  void aFrozenPeerIsLostAfterTheTimeoutAndFindsItselfShutOutWhenItWakes() {
    ranks = RankProcess.start(3, Map.of("pauseAt", "5", "silence", "1000"));
    ranks.get(1).await("pausing");
    ranks.get(1).signal("STOP");
    long frozen = System.currentTimeMillis();
    String silent =
        "Cannot finish the sum in step 5, (rank [02] at \\S+ gave up: )?"
            + "rank 1 at \\S+ is silent: nothing heard for \\d+ ms";
    assertNoticed("frozen (timeout 1000 ms)", 0, frozen, silent);
    assertNoticed("frozen (timeout 1000 ms)", 2, frozen, silent);
    ranks.get(1).signal("CONT");
    ranks.get(1).type();
    long woken = System.currentTimeMillis();
    assertNoticed(
        "woken zombie",
        1,
        woken,
        "Cannot .* in step 5, rank [02] at \\S+ (gave up: (rank [02] at \\S+ gave up: )?rank 1 |is gone)");
  }

  private void assertNoticed(String fault, int rank, long since, String message) {
    String[] words = ranks.get(rank).await("lost").split(" ", 2);
    long after = Long.parseLong(words[0]) - since;
    System.out.printf("%s: rank %d noticed after %d ms: %s%n", fault, rank, after, words[1]);
    assertTrue(words[1].matches(message + ".*"), words[1]);
    assertTrue(after < NOTICED_AT_MOST, fault + ": noticed after " + after + " ms");
  }
}
