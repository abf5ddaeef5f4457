package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.sparklora.checkpoint.Checkpoint;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.checkpoint.Consent;
import org.sparklora.checkpoint.Stamp;

/** The rules of docs/spec/checkpoint.md, on each store. */
@Tag("storage")
@Timeout(360)
class TestCheckpointsEverywhere {
  private static final Map<String, byte[]> FILES =
      new TreeMap<>(Map.of("a", bytes("content of a"), "b", new byte[100_000]));

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void theNewestCommittedIsReadBack(TestedStore tested) {
    Checkpoints checkpoints = checkpoints(tested, tested.newFolder());
    assertEquals(Optional.empty(), checkpoints.newest("run").checkpoint());
    commit(checkpoints, 9);
    Checkpoint written = commit(checkpoints, 10);

    Checkpoint found = checkpoints.newest("run").checkpoint().orElseThrow();

    assertEquals(written, found);
    assertArrayEquals(FILES.get("b"), found.read(tested.store(), "b"));
    assertEquals(List.of(9L, 10L), steps(checkpoints));
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aHalfWrittenOneIsInvisibleAtEachMoment(TestedStore tested) {
    Checkpoints checkpoints = checkpoints(tested, tested.newFolder());
    commit(checkpoints, 10);
    for (int moment = 0; moment < 3; moment++) {
      int left = moment;
      int[] asked = {0};
      Consent killed =
          action -> {
            assertEquals(10, newestStep(checkpoints), action);
            if (asked[0]++ == left) {
              throw new IllegalStateException("killed");
            }
          };
      assertThrows(
          IllegalStateException.class,
          () -> checkpoints.commit(new Stamp("run", 1, 20), FILES, killed));
      assertEquals(10, newestStep(checkpoints));
    }
    commit(checkpoints, 20);
    assertEquals(20, newestStep(checkpoints));
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void damagedOnesAreSkippedAndNamed(TestedStore tested) {
    String folder = tested.newFolder();
    Checkpoints checkpoints = checkpoints(tested, folder);
    for (long step : new long[] {10, 20, 30, 40, 50}) {
      commit(checkpoints, step);
    }
    Store store = tested.store();
    store.writeText(folder + "/checkpoint-20/a", "content of b");
    store.writeText(folder + "/checkpoint-30/a", "cut");
    store.delete(folder + "/checkpoint-40/b");
    String manifest = store.readText(folder + "/checkpoint-50/manifest.json");
    store.writeText(folder + "/checkpoint-50/manifest.json", manifest.substring(0, 100));

    Checkpoints.Found found = checkpoints.newest("run");

    assertEquals(10, found.checkpoint().orElseThrow().step());
    assertEquals(
        List.of(
            folder + "/checkpoint-50: its manifest cannot be parsed",
            folder + "/checkpoint-40: a file is missing: b",
            folder
                + "/checkpoint-30: a file has another size than its manifest says: a with 3 bytes, not 12",
            folder + "/checkpoint-20: a file has another SHA-256 than its manifest says: a"),
        found.skipped());
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void rotationLeavesNothingOfTheOldest(TestedStore tested) {
    String folder = tested.newFolder();
    Checkpoints checkpoints = checkpoints(tested, folder);
    for (long step : new long[] {10, 20, 30, 40}) {
      commit(checkpoints, step);
    }

    List<String> deleted = checkpoints.rotate("run", 2, Set.of(10L), Consent.GIVEN);

    assertEquals(List.of(folder + "/checkpoint-20", folder + "/checkpoint-30"), deleted);
    assertEquals(List.of(10L, 40L), steps(checkpoints));
    assertFalse(tested.store().exists(folder + "/checkpoint-20"));
    assertEquals(
        List.of("checkpoint-10", "checkpoint-40"),
        tested.store().list(folder).stream().map(StoredFile::name).toList());
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void publishedAgainItIsTheNewOneAlone(TestedStore tested) {
    String folder = tested.newFolder();
    Checkpoints checkpoints = checkpoints(tested, folder);
    checkpoints.publish(new Stamp("run", 1, 5), FILES, Consent.GIVEN);
    checkpoints.publish(new Stamp("run", 1, 7), Map.of("a", bytes("newer")), Consent.GIVEN);
    assertEquals(7, checkpoints.published().orElseThrow().step());
    assertEquals("newer", tested.store().readText(folder + "/a"));
    assertFalse(tested.store().exists(folder + "/b"));
    tested.store().writeText(folder + "/a", "other");
    assertTrue(checkpoints.published().isEmpty());
  }

  private static Checkpoint commit(Checkpoints checkpoints, long step) {
    return checkpoints.commit(new Stamp("run", 1, step), FILES, Consent.GIVEN);
  }

  private static long newestStep(Checkpoints checkpoints) {
    return checkpoints.newest("run").checkpoint().orElseThrow().step();
  }

  private static List<Long> steps(Checkpoints checkpoints) {
    return checkpoints.list().stream().map(Checkpoint::step).toList();
  }

  private static Checkpoints checkpoints(TestedStore tested, String folder) {
    return new Checkpoints(tested.store(), folder);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
