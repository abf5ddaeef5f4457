package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is ours in an output folder, and what is deleted there when. */
class TestRunFolder {
  private static final String FIRST = "00000000000000a1";
  private static final String SECOND = "00000000000000b2";

  private final Store store = Store.local();
  private final Set<String> listed = new HashSet<>();

  @TempDir Path folder;

  @Test
  void aRunIsKnownByItsFilesNames() {
    String run = RunMark.newRun();
    assertTrue(run.matches("[0-9a-f]{16}"), run);
    assertEquals(
        RunMark.of(run), RunMark.inNames(List.of("part-00000-" + run + "-1.parquet", "x-a1.txt")));
    assertEquals(RunMark.of(FIRST), RunMark.parse("words\n" + FIRST + "\n" + "short"));
  }

  @Test
  void whatNoRunWroteIsAnObstacleAndStays() throws Exception {
    assertEquals(Optional.empty(), runs().obstacle());
    write("_outcome.json", ".hidden");
    assertTrue(runs().isOurs());
    runs().begin(FIRST);
    write("part-0-" + FIRST + ".x");
    assertEquals(Optional.empty(), runs().obstacle());
    write("part-00000.x", "_temporary");
    assertEquals(Optional.of("part-00000.x"), runs().obstacle());
    runs().abandon();
    assertEquals(Set.of(".hidden", "_unfinished", "part-00000.x"), names());
  }

  @Test
  void aFolderOfOthersIsNotOurs() throws Exception {
    write("thesis.tex");
    assertFalse(runs().isOurs());
    assertEquals(
        Optional.of("a file"),
        new RunFolder(store, folder.resolve("thesis.tex").toString(), "_c.json", Set.of(), Set::of)
            .obstacle());
  }

  @Test
  void theFinishedRunStaysUntilTheNextIsFinished() throws Exception {
    finished(FIRST);
    runs().begin(SECOND);
    write("part-0-" + SECOND + ".x", "state.json", ".part-0-" + SECOND + ".x.crc");
    runs().abandon();
    assertEquals(
        Set.of("_unfinished", "_c.json", "part-0-" + FIRST + ".x", ".part-0-" + FIRST + ".x.crc"),
        names());
    runs().begin(SECOND);
    write("part-0-" + SECOND + ".x", "part-0-" + SECOND + "-1.x");
    Set<String> before = Set.copyOf(listed);
    listed.clear();
    listed.add("part-0-" + SECOND + ".x");
    runs().finish(before, listed);
    assertEquals(Set.of("_c.json", "part-0-" + SECOND + ".x"), names());
  }

  @Test
  void whatAKilledRunLeftIsDeletedByTheNext() throws Exception {
    runs().begin(FIRST);
    write("part-0-" + FIRST + ".x", "_outcome.json");
    Files.createDirectories(folder.resolve("_temporary/0"));
    runs().begin(SECOND);
    assertEquals(Set.of("_unfinished"), names());
    assertEquals(RunMark.of(SECOND), runs().unfinished());
  }

  @Test
  void aContractThatCouldNotBeWrittenIsPutBack() throws Exception {
    write("_c.json");
    runs().putBack(Optional.of("old"), org.sparklora.Failure.usage("x"));
    assertEquals("old", Files.readString(folder.resolve("_c.json")));
    runs().putBack(Optional.empty(), org.sparklora.Failure.usage("x"));
    assertEquals(Set.of(), names());
  }

  private void finished(String run) throws Exception {
    runs().begin(run);
    write("part-0-" + run + ".x", ".part-0-" + run + ".x.crc", "_c.json");
    listed.add("part-0-" + run + ".x");
    runs().finish(Set.of(), listed);
  }

  private RunFolder runs() {
    return new RunFolder(
        store, folder.toString(), "_c.json", Set.of("state.json"), () -> Set.copyOf(listed));
  }

  private void write(String... names) throws Exception {
    for (String name : names) {
      Files.writeString(folder.resolve(name), "x");
    }
  }

  private Set<String> names() throws Exception {
    try (var files = Files.list(folder)) {
      return Set.copyOf(files.map(f -> f.getFileName().toString()).toList());
    }
  }
}
