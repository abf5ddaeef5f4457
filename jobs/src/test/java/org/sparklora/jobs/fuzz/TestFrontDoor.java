package org.sparklora.jobs.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.run.LocalSpark;

/**
 * Whatever corpora, paths, flags, tables, models and adapters a user brings, a job ends with a
 * documented exit code other than 70, one sentence for each thing that is wrong, and nothing of the
 * user's changed. {@code -Dfuzz.seed=N} begins with another round, {@code -Dfuzz.seconds=N} goes on
 * for longer; a round is the same wherever it stands.
 */
class TestFrontDoor {
  private static final long FIRST = Long.getLong("fuzz.seed", 1);
  private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 60));

  @TempDir Path folder;

  @Test
  void whateverComesInEndsInASentenceAndHarmsNothing() throws IOException {
    Door door = new Door(LocalSpark.session());
    GoodThings good = new GoodThings(LocalSpark.session(), folder.resolve("good"));
    Instant end = Instant.now().plus(TIME);
    int commands = 0;
    long seed = FIRST;
    for (; Instant.now().isBefore(end); seed++) {
      Path place = Files.createDirectories(folder.resolve("round-" + seed));
      Round round = new Round(seed, door, good, place);
      String fault = round.fault();
      assertEquals("", fault, "round " + seed + ": -Dfuzz.seed=" + seed + "\n" + round.story());
      commands += round.commands();
    }
    System.out.printf("Rounds %d to %d, %d commands%n", FIRST, seed - 1, commands / 2);
    assertTrue(commands > 0);
  }
}
