package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

class TestStartingPoint {
  @TempDir Path folder;

  @Test
  void autoAndNeverNameNoCheckpoint() {
    assertEquals(StartingPoint.FRESH, of("auto"));
    assertEquals(StartingPoint.FRESH, of("never"));
  }

  @Test
  void whatIsNoCheckpointIsRefused() throws Exception {
    Failure word = assertThrows(Failure.class, () -> of("latest"));
    assertEquals(ExitCode.USAGE, word.exitCode());
    assertEquals(
        "Cannot resume, --resume names no checkpoint: latest (expected auto, never or a folder checkpoint-<step>). Change it.",
        word.getMessage());
    Path broken = Files.createDirectories(folder.resolve("checkpoint-8"));
    Failure damaged = assertThrows(Failure.class, () -> of(broken.toString()));
    assertEquals(ExitCode.INPUT, damaged.exitCode());
    assertEquals(
        "Cannot resume, the checkpoint is not there or damaged: %s (expected a whole one). Name another with --resume."
            .formatted(broken),
        damaged.getMessage());
  }

  @Test
  void newerCheckpointsOfTheSameRunAreNotPassedOver() {
    StartingPoint own = new StartingPoint(4, "/out/checkpoint-4");
    Failure newer = assertThrows(Failure.class, () -> own.check("/out", 6, 10));
    assertEquals(
        "Cannot resume from step 4, the run has a newer checkpoint: step 6 in /out (expected none). Use --resume auto, or give another --output_dir.",
        newer.getMessage());
    assertDoesNotThrow(() -> own.check("/out", 4, 10));
    assertDoesNotThrow(() -> own.check("/other", 6, 10));
    assertDoesNotThrow(() -> StartingPoint.FRESH.check("/out", 6, 6));
  }

  private StartingPoint of(String flag) {
    return StartingPoint.of(Store.local(), Places.workingDirectory(), flag);
  }
}
