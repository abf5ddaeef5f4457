package org.sparklora.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** The properties that docs/spec/checkpoint.md names. */
class TestCheckpoints {
  @TempDir Path folder;

  private final Store store = Store.local();

  @Test
  void committedFilesAreReadBackWithTheirStamp() {
    Checkpoint written = commit("run", 10, files("a", "b"));

    Checkpoint found = newest("run").checkpoint().orElseThrow();

    assertEquals(written, found);
    assertEquals(new Stamp("run", 1, 10), found.manifest().stamp());
    assertArrayEquals(bytes("content of a"), found.read(store, "a"));
    assertEquals(Optional.of(found), checkpoints().valid(10));
  }

  @Test
  void theNewestOfTheRunWins() {
    commit("run", 9, files("a"));
    commit("run", 10, files("a"));
    commit("other", 11, files("a"));
    assertEquals(10, newest("run").checkpoint().orElseThrow().step());
    assertEquals(List.of(), newest("run").skipped());
    assertEquals(
        List.of(9L, 10L, 11L), checkpoints().list().stream().map(Checkpoint::step).toList());
  }

  @Test
  void nothingIsFoundInAnEmptyOrMissingFolder() {
    assertEquals(Optional.empty(), newest("run").checkpoint());
    assertEquals(Optional.empty(), checkpoints().published());
    assertEquals(List.of(), checkpoints().list());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no manifest",
        "empty manifest",
        "half manifest",
        "other format",
        "other step",
        "bad name",
        "long manifest",
        "missing file",
        "short file",
        "flipped byte"
      })
  void damagedOnesAreSkippedAndNamed(String damage) throws IOException {
    commit("run", 10, files("a"));
    commit("run", 20, files("a"));
    damage(damage, folder.resolve("checkpoint-20"));

    Checkpoints.Found found = newest("run");

    assertEquals(10, found.checkpoint().orElseThrow().step());
    assertEquals(1, found.skipped().size());
    String why =
        switch (damage) {
          case "no manifest" -> "it has no manifest (never completed, or being rotated)";
          case "empty manifest" -> "its manifest has another format: ";
          case "half manifest" -> "its manifest cannot be parsed";
          case "other format" -> "its manifest has another format: 2";
          case "other step" -> "its manifest is that of step 30";
          case "bad name" -> "its manifest has an impossible entry: ../a";
          case "long manifest" -> "its manifest is too long";
          case "missing file" -> "a file is missing: a";
          case "short file" ->
              "a file has another size than its manifest says: a with 3 bytes, not 12";
          default -> "a file has another SHA-256 than its manifest says: a";
        };
    assertEquals(folder + "/checkpoint-20: " + why, found.skipped().get(0));
    assertEquals(Optional.empty(), checkpoints().valid(20));
  }

  @Test
  void aFolderIsInvalidFromTheFirstToTheLastMomentOfBeingWrittenAgain() {
    commit("run", 10, files("a", "b"));
    List<String> seen = new ArrayList<>();

    checkpoints()
        .commit(
            new Stamp("run", 2, 10),
            files("b", "c"),
            action -> {
              boolean first = seen.isEmpty();
              assertEquals(first, checkpoints().valid(10).isPresent(), action);
              seen.add(action.replace(folder.toString(), ""));
            });

    assertEquals(
        List.of(
            "delete /checkpoint-10/manifest.json",
            "write /checkpoint-10/b",
            "write /checkpoint-10/c",
            "delete /checkpoint-10/a",
            "write /checkpoint-10/manifest.json"),
        seen);
    assertEquals(
        Set.of("b", "c"), newest("run").checkpoint().orElseThrow().manifest().files().keySet());
    assertFalse(Files.exists(folder.resolve("checkpoint-10/a")));
  }

  @Test
  void aWriterWithoutConsentChangesNothing() {
    commit("run", 10, files("a"));
    for (int allowed = 0; allowed < 3; allowed++) {
      int left = allowed;
      int[] asked = {0};
      assertThrows(
          IllegalStateException.class,
          () ->
              checkpoints()
                  .commit(
                      new Stamp("run", 1, 20),
                      files("a", "b"),
                      action -> {
                        if (asked[0]++ == left) {
                          throw new IllegalStateException("a leftover of an older generation");
                        }
                      }));
      assertEquals(10, newest("run").checkpoint().orElseThrow().step());
    }
  }

  @Test
  void aStorageFailureLeavesTheLastGoodOneIntact() throws IOException {
    commit("run", 10, files("a"));
    Files.writeString(folder.resolve("checkpoint-20"), "a file where the folder should be");

    Failure failure = assertThrows(Failure.class, () -> commit("run", 20, files("a")));

    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertEquals(10, newest("run").checkpoint().orElseThrow().step());
  }

  @Test
  void filesThatDidNotArriveAreNotCommitted() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                checkpoints()
                    .commit(
                        new Stamp("run", 1, 20),
                        files("a", "b"),
                        action -> {
                          if (action.endsWith("/b")) {
                            store.writeText(folder + "/checkpoint-20/a", "cut");
                          }
                        }));
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertEquals(
        "Cannot commit the checkpoint, the store does not hold what was written: a file has another"
            + " size than its manifest says: a with 3 bytes, not 12 in "
            + folder
            + "/checkpoint-20 (expected it whole). Check the free space of the store.",
        failure.getMessage());
    assertEquals(Optional.empty(), newest("run").checkpoint());
  }

  @Test
  void publishedFilesFollowTheSameRule() throws IOException {
    checkpoints().publish(new Stamp("run", 1, 5), files("a", "b"), Consent.GIVEN);
    assertEquals(5, checkpoints().published().orElseThrow().step());

    checkpoints().publish(new Stamp("run", 1, 7), files("a"), Consent.GIVEN);
    assertEquals(7, checkpoints().published().orElseThrow().step());
    assertFalse(Files.exists(folder.resolve("b")));

    Files.writeString(folder.resolve("a"), "something else");
    assertEquals(Optional.empty(), checkpoints().published());
  }

  @Test
  void rotationKeepsTheNewestOnesOfTheRun() {
    for (long step : new long[] {2, 10, 20, 30}) {
      commit("run", step, files("a"));
    }
    commit("other", 1, files("a"));
    List<String> actions = new ArrayList<>();

    List<String> deleted =
        checkpoints()
            .rotate("run", 2, Set.of(), a -> actions.add(a.replace(folder.toString(), "")));

    assertEquals(List.of(folder + "/checkpoint-2", folder + "/checkpoint-10"), deleted);
    assertEquals(
        List.of("delete /checkpoint-2/manifest.json", "delete /checkpoint-2"),
        actions.subList(0, 2));
    assertEquals(List.of(1L, 20L, 30L), steps());
    assertFalse(Files.exists(folder.resolve("checkpoint-2")));
  }

  @Test
  void rotationLeavesWhatAUserPutIntoACheckpoint() throws Exception {
    commit("run", 10, files("a", "b"));
    commit("run", 20, files("a"));
    store.writeText(folder + "/checkpoint-10/notes.txt", "good on the test set");
    store.writeText(folder + "/checkpoint-10/tokenizer/tokenizer.json", "{}");

    checkpoints().rotate("run", 1, Set.of(), Consent.GIVEN);
    assertEquals(List.of(20L), steps());
    assertEquals(
        List.of("notes.txt", "tokenizer"),
        store.list(folder + "/checkpoint-10").stream().map(StoredFile::name).toList());
    assertEquals("{}", store.readText(folder + "/checkpoint-10/tokenizer/tokenizer.json"));
  }

  @Test
  void aManifestWhoseRunIsNoNameIsNone() {
    commit("run", 10, files("a"));
    String manifest = store.readText(folder + "/checkpoint-10/manifest.json");
    store.writeText(
        folder + "/checkpoint-10/manifest.json", manifest.replace("\"run\"", "\"../run\""));
    assertEquals(
        List.of(folder + "/checkpoint-10: its manifest names no run: '../run'"),
        newest("../run").skipped());
  }

  @Test
  void rotationSparesTheOneResumedFromAndTheNewest() {
    commit("run", 10, files("a"));
    commit("run", 20, files("a"));
    commit("run", 30, files("a"));

    checkpoints().rotate("run", 1, Set.of(10L), Consent.GIVEN);
    assertEquals(List.of(10L, 30L), steps());
    checkpoints().rotate("run", 0, Set.of(), Consent.GIVEN);
    assertEquals(List.of(30L), steps());
  }

  @Test
  void rotationStoppedHalfwayLeavesNoCheckpointHalfDeleted() {
    commit("run", 10, files("a"));
    commit("run", 20, files("a"));
    assertThrows(
        IllegalStateException.class,
        () ->
            checkpoints()
                .rotate(
                    "run",
                    1,
                    Set.of(),
                    action -> {
                      if (action.endsWith("checkpoint-10")) {
                        throw new IllegalStateException("killed");
                      }
                    }));
    assertTrue(Files.exists(folder.resolve("checkpoint-10/a")));
    assertEquals(List.of(20L), steps());
  }

  @Test
  void foldersWithOtherNamesAreNoCheckpoints() {
    commit("run", 10, files("a"));
    for (String name :
        List.of("checkpoint-", "checkpoint-010", "checkpoint-x", "old-checkpoint-99")) {
      store.writeText(folder + "/" + name + "/manifest.json", "{}");
    }
    store.writeText(folder + "/checkpoint-99", "a file");
    assertEquals(List.of(), newest("run").skipped());
    assertEquals(List.of(10L), steps());
  }

  @Test
  void readingAFileThatChangedSinceIsRefused() throws IOException {
    Checkpoint checkpoint = commit("run", 10, files("a"));
    Files.writeString(folder.resolve("checkpoint-10/a"), "something els");
    Failure changed = assertThrows(Failure.class, () -> checkpoint.read(store, "a"));
    assertEquals(ExitCode.STORAGE, changed.exitCode());
    assertTrue(
        changed
            .getMessage()
            .startsWith("Cannot use the checkpoint, a file has changed: a with SHA-256"),
        changed.getMessage());
    Failure unknown = assertThrows(Failure.class, () -> checkpoint.read(store, "z"));
    assertEquals(
        "Cannot use the checkpoint, a file is not part of it: z in "
            + folder
            + "/checkpoint-10 (expected [a]). Resume from an earlier one.",
        unknown.getMessage());
  }

  @Test
  void callersMistakesAreNamed() {
    IllegalArgumentException name =
        assertThrows(IllegalArgumentException.class, () -> commit("run", 1, files("../a")));
    assertEquals(
        "Cannot write a checkpoint, a file's name is not plain: ../a (expected letters, digits, ._-)."
            + " Fix the caller.",
        name.getMessage());
    IllegalArgumentException stamp =
        assertThrows(IllegalArgumentException.class, () -> new Stamp("", 0, -1));
    assertEquals(
        "Cannot stamp a checkpoint, a value is missing: run '', generation 0, step -1 (expected a name"
            + " and no negative number). Fix the caller.",
        stamp.getMessage());
  }

  private void damage(String kind, Path checkpoint) throws IOException {
    Path manifest = checkpoint.resolve("manifest.json");
    String text = Files.readString(manifest);
    switch (kind) {
      case "no manifest" -> Files.delete(manifest);
      case "empty manifest" -> Files.writeString(manifest, "");
      case "half manifest" -> Files.writeString(manifest, text.substring(0, text.length() / 2));
      case "other format" ->
          Files.writeString(manifest, text.replace("\"format\" : 1", "\"format\" : 2"));
      case "other step" ->
          Files.writeString(manifest, text.replace("\"step\" : 20", "\"step\" : 30"));
      case "bad name" -> Files.writeString(manifest, text.replace("\"a\"", "\"../a\""));
      case "long manifest" -> Files.writeString(manifest, text + " ".repeat(1 << 20));
      case "missing file" -> Files.delete(checkpoint.resolve("a"));
      case "short file" -> Files.writeString(checkpoint.resolve("a"), "con");
      default -> Files.writeString(checkpoint.resolve("a"), "content of b");
    }
  }

  private Checkpoint commit(String run, long step, Map<String, byte[]> files) {
    return checkpoints().commit(new Stamp(run, 1, step), files, Consent.GIVEN);
  }

  private Checkpoints.Found newest(String run) {
    return checkpoints().newest(run);
  }

  private List<Long> steps() {
    return checkpoints().list().stream().map(Checkpoint::step).toList();
  }

  private Checkpoints checkpoints() {
    return new Checkpoints(store, folder.toString());
  }

  private static Map<String, byte[]> files(String... names) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : names) {
      files.put(name, bytes("content of " + name));
    }
    return files;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
