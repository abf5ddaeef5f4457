package org.sparklora.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TestCheckpointFolder {
  @Test
  void pathsAreCutIntoOutputFolderAndStep() {
    assertEquals(of("/out", 10), CheckpointFolder.of("/out/checkpoint-10"));
    assertEquals(of("/out", 0), CheckpointFolder.of("/out/checkpoint-0/"));
    assertEquals(of("s3a://bucket/a b", 7), CheckpointFolder.of("s3a://bucket/a b/checkpoint-7"));
    assertEquals(of("hdfs://nn", 7), CheckpointFolder.of("hdfs://nn/checkpoint-7"));
    assertEquals(of("/", 7), CheckpointFolder.of("/checkpoint-7"));
  }

  @Test
  void otherNamesAreNoCheckpoints() {
    List.of(
            "/out",
            "/out/checkpoint-",
            "/out/checkpoint-010",
            "/out/checkpoint-00",
            "/out/checkpoint--1",
            "/out/checkpoint-1234567890123456789",
            "/out/old-checkpoint-10",
            "/out/checkpoint-10/adapter",
            "checkpoint-10",
            "")
        .forEach(path -> assertEquals(Optional.empty(), CheckpointFolder.of(path), path));
  }

  @Test
  void pathsArePutTogetherAsTheyWereCut() {
    assertEquals("/out/checkpoint-10", new CheckpointFolder("/out", 10).path());
    assertEquals("/out/checkpoint-10", new CheckpointFolder("/out/", 10).path());
    assertEquals("/checkpoint-10", CheckpointFolder.of("/checkpoint-10/").orElseThrow().path());
  }

  @Test
  void aSlashAtTheEndIsNoOtherFolder() {
    CheckpointFolder folder = new CheckpointFolder("/out", 10);
    assertTrue(folder.isIn("/out"));
    assertTrue(folder.isIn("/out/"));
    assertFalse(folder.isIn("/ou"));
    assertFalse(folder.isIn("/out/checkpoint-10"));
  }

  private static Optional<CheckpointFolder> of(String outputDir, long step) {
    return Optional.of(new CheckpointFolder(outputDir, step));
  }
}
