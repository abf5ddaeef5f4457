package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.checkpoint.CheckpointFolder;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.checkpoint.Consent;
import org.sparklora.checkpoint.Stamp;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.storage.Store;
import org.sparklora.train.Resume;

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

  /** {@code checkpoint-010} is no other spelling of {@code checkpoint-10}, there or not. */
  @Test
  void stepsHaveNoLeadingZeros() throws Exception {
    Stamp stamp = new Stamp("run", 0, 10);
    new Checkpoints(Store.local(), folder.toString())
        .commit(stamp, Map.of("a", new byte[1]), Consent.GIVEN);
    StartingPoint whole = of(folder.resolve("checkpoint-10") + "/");
    assertEquals(Optional.of(new CheckpointFolder(folder.toString(), 10)), whole.checkpoint());
    assertEquals(10, whole.step());
    assertEquals(folder.toString(), whole.source());
    String zeros = folder.resolve("checkpoint-010").toString();
    Failure missing = assertThrows(Failure.class, () -> of(zeros));
    assertEquals(ExitCode.USAGE, missing.exitCode());
    assertEquals(
        "Cannot resume, --resume names no checkpoint: %s (expected auto, never or a folder checkpoint-<step>). Change it."
            .formatted(zeros),
        missing.getMessage());
    Files.createDirectories(Path.of(zeros));
    assertThrows(Failure.class, () -> of(zeros));
  }

  @Test
  void newerCheckpointsOfTheSameRunAreNotPassedOver() {
    StartingPoint own = new StartingPoint(CheckpointFolder.of("/out/checkpoint-4"));
    Failure newer = assertThrows(Failure.class, () -> own.check("/out", 6, 10));
    assertEquals(
        "Cannot resume from step 4, the run has a newer checkpoint: step 6 in /out (expected none). Use --resume auto, or give another --output_dir.",
        newer.getMessage());
    assertDoesNotThrow(() -> own.check("/out", 4, 10));
    assertDoesNotThrow(() -> own.check("/other", 6, 10));
    assertThrows(Failure.class, () -> own.check("/out/", 6, 10));
    assertDoesNotThrow(() -> StartingPoint.FRESH.check("/out", 6, 6));
  }

  private StartingPoint of(String flag) {
    return StartingPoint.of(Store.local(), NamedPaths.workingDirectory(), new Resume(flag));
  }
}
