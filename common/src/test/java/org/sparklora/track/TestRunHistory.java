package org.sparklora.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.storage.Store;
import org.sparklora.track.RunEvent.Kind;

class TestRunHistory {
  private static final Store STORE = Store.local();

  @TempDir private Path folder;

  @Test
  void anotherDriverGoesOnWithTheSameHistory() {
    open(true).add(Kind.STARTED, -1, Map.of("Java", "17"));
    open(true).add(Kind.FAILED, 20, Map.of("message", "Lost\nrank 1."));
    List<RunEvent> events = RunHistory.of(STORE, folder.toString(), "run-1");
    assertEquals(List.of(Kind.STARTED, Kind.FAILED), events.stream().map(RunEvent::kind).toList());
    assertEquals("Lost\nrank 1.", events.get(1).word("message"));
    assertEquals(20, events.get(1).step());
    assertEquals("", events.get(1).word("nothing"));
  }

  @Test
  void aDriverThatLostTheFolderWritesNothing() {
    open(false).add(Kind.STARTED, -1, Map.of());
    assertFalse(Files.exists(file()));
  }

  @Test
  void whatIsDamagedIsLeftOutAndWhatCannotBeWrittenEndsNothing() throws Exception {
    open(true).add(Kind.STARTED, -1, Map.of());
    Files.writeString(file(), Files.readString(file()) + "{\"time\": 1, \"ev");
    assertEquals(1, RunHistory.of(STORE, folder.toString(), "run-1").size());
    Files.delete(file());
    Files.createDirectories(file().resolve("a folder in the way"));
    RunHistory history = open(true);
    history.add(Kind.TRAINED, 3, Map.of());
    history.add(Kind.TRAINED, 3, Map.of());
    assertTrue(Files.isDirectory(file()));
  }

  @Test
  void neitherEventsNorWordsGrowForEver() {
    RunHistory history = open(true);
    history.add(Kind.FAILED, 1, Map.of("message", "x".repeat(100_000)));
    RunEvent event = RunHistory.of(STORE, folder.toString(), "run-1").get(0);
    assertEquals(2_002, event.word("message").length());
  }

  private RunHistory open(boolean mayWrite) {
    return RunHistory.open(STORE, folder.toString(), "run-1", () -> mayWrite);
  }

  private Path file() {
    return folder.resolve("runs/run-1/history.jsonl");
  }
}
