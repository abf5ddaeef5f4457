package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/** What {@link Store} promises, on each store. */
@Tag("storage")
@Timeout(360)
class TestStoreEverywhere {
  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void writesReadsAndOverwrites(TestedStore tested) {
    String path = Store.child(tested.newFolder(), "a/b/ümlaut and blank.txt");
    Store store = tested.store();
    assertFalse(store.exists(path));
    store.writeText(path, "old and long");
    store.writeText(path, "héllo");
    assertEquals("héllo", store.readText(path));
    assertEquals(6, store.length(path));
    assertFalse(store.isDirectory(path));
    store.writeBytes(path, new byte[0]);
    assertEquals("", store.readText(path));
  }

  /** Nothing in a path is escaped or read as an escape. */
  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void namesMeanThemselves(TestedStore tested) {
    String folder = tested.newFolder();
    Store store = tested.store();
    List<String> names =
        Stream.of("a b", "50%", "a%20b", "a#b", "a+b", "a?b", "数学", "math:v2.json", "file:x")
            .filter(name -> !name.contains(":") || !tested.scheme().equals("hdfs"))
            .sorted()
            .toList();
    for (String name : names) {
      String inner = Store.child(Store.child(folder, name), name);
      store.writeText(inner, name);
      assertEquals(name, store.readText(inner));
      assertEquals(name, store.status(inner).orElseThrow().name());
      assertEquals(List.of(inner), paths(store.list(Store.child(folder, name))));
    }
    assertEquals(names, store.list(folder).stream().map(StoredFile::name).toList());
    assertFalse(store.exists(Store.child(folder, "a")));
    store.deleteTree(Store.child(folder, "a b"));
    assertTrue(store.exists(Store.child(folder, "a%20b/a%20b")));
    for (StoredFile left : store.list(folder)) {
      store.deleteTree(left.path());
    }
    assertEquals(List.of(), store.list(folder));
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void hdfsRefusesNamesWithColons(TestedStore tested) {
    assumeTrue(tested.scheme().equals("hdfs"), "other stores have such names");
    String path = Store.child(tested.newFolder(), "math:v2.json");
    Failure failure = assertThrows(Failure.class, () -> tested.store().exists(path));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot look at the file, its store takes no such name: %s (expected a name that it knows; HDFS has none with a colon). Rename it. The store says: Pathname "
                    .formatted(path)),
        failure.getMessage());
  }

  private static List<String> paths(List<StoredFile> files) {
    return files.stream().map(StoredFile::path).toList();
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void createsANewFileOnlyOnce(TestedStore tested) {
    String path = Store.child(tested.newFolder(), "x/lock");
    Store store = tested.store();
    assertTrue(store.createNew(path, new byte[] {1}));
    assertFalse(store.createNew(path, new byte[] {2}));
    assertArrayEquals(new byte[] {1}, store.readBytes(path));
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void ofSeveralCreatorsOneWinsWhereTheStoreIsAtomic(TestedStore tested) throws Exception {
    String path = Store.child(tested.newFolder(), "lock");
    Store store = tested.store();
    List<Callable<Boolean>> creators =
        IntStream.range(0, 4)
            .<Callable<Boolean>>mapToObj(i -> () -> store.createNew(path, new byte[] {(byte) i}))
            .toList();
    long winners = Together.run(creators).stream().filter(won -> won).count();
    boolean atomic = !tested.scheme().equals("s3a");
    assertTrue(atomic ? winners == 1 : winners >= 1, winners + " winners");
    assertEquals(1, store.length(path));
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void listsChildrenSortedByName(TestedStore tested) {
    String folder = tested.newFolder();
    Store store = tested.store();
    store.writeText(Store.child(folder, "b"), "12");
    store.writeText(Store.child(folder, "a"), "1");
    store.writeText(Store.child(folder, "c/deep/er"), "");
    store.writeText(Store.child(folder, "_hidden"), "");

    List<StoredFile> children = store.list(folder);

    assertEquals(
        List.of("_hidden", "a", "b", "c"), children.stream().map(StoredFile::name).toList());
    assertEquals(List.of(0L, 1L, 2L, 0L), children.stream().map(StoredFile::length).toList());
    assertEquals(Store.child(folder, "a"), children.get(1).path());
    assertTrue(children.get(3).isDirectory());
    assertEquals(Store.child(folder, "a"), store.list(folder + "/").get(1).path());
    assertEquals(List.of(), store.list(Store.child(folder, "nothing")));
    assertEquals(List.of(), store.list(Store.child(folder, "a")));
    assertTrue(store.isDirectory(folder));
    long age = System.currentTimeMillis() - children.get(1).modifiedMillis();
    assertTrue(Math.abs(age) < 60_000, "changed " + age + " ms ago");
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void deletesFilesAndTrees(TestedStore tested) {
    String folder = tested.newFolder();
    Store store = tested.store();
    String deep = Store.child(folder, "t/a/b");
    store.writeText(deep, "x");
    assertTrue(store.delete(deep));
    assertFalse(store.delete(deep));
    IntStream.range(0, 5).forEach(i -> store.writeText(deep + i, "x"));
    Failure full = assertThrows(Failure.class, () -> store.delete(Store.child(folder, "t/a")));
    assertEquals(ExitCode.STORAGE, full.exitCode());
    store.deleteTree(Store.child(folder, "t"));
    assertFalse(store.exists(Store.child(folder, "t")));
    assertEquals(List.of(), store.list(Store.child(folder, "t/a")));
    store.deleteTree(Store.child(folder, "t"));
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void readsAtAnyPositionFromAnyThread(TestedStore tested) throws Exception {
    String path = Store.child(tested.newFolder(), "large");
    Store store = tested.store();
    byte[] content = new byte[2 * HdfsServer.BLOCK_BYTES + 12_345];
    new Random(7).nextBytes(content);
    store.writeBytes(path, content);
    assertArrayEquals(content, store.readBytes(path));
    try (SeekableInput in = store.open(path)) {
      assertEquals(content.length, in.length());
      int[] positions = {2 * HdfsServer.BLOCK_BYTES - 500, 0, HdfsServer.BLOCK_BYTES - 1, 77};
      List<Callable<Boolean>> readers =
          Arrays.stream(positions)
              .<Callable<Boolean>>mapToObj(position -> () -> equalAt(in, content, position))
              .toList();
      assertEquals(List.of(true, true, true, true), Together.run(readers));
      assertEquals(-1, in.read(content.length, ByteBuffer.allocate(3)));
      Failure early =
          assertThrows(
              Failure.class, () -> in.readFully(content.length - 1, ByteBuffer.allocate(3)));
      assertEquals(ExitCode.INPUT, early.exitCode());
      assertTrue(early.getMessage().contains("it ends too early: " + path), early.getMessage());
    }
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void missingFilesAreInputFailures(TestedStore tested) {
    String path = Store.child(tested.newFolder(), "no");
    Store store = tested.store();
    for (Runnable use :
        List.<Runnable>of(
            () -> store.read(path),
            () -> store.open(path),
            () -> store.readBytes(path),
            () -> store.length(path))) {
      Failure failure = assertThrows(Failure.class, use::run);
      assertEquals(ExitCode.INPUT, failure.exitCode());
      assertEquals(
          "Cannot read the file, it does not exist: "
              + path
              + " (expected an existing path). Check the path.",
          failure.getMessage());
    }
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aFolderIsNotReadAsAFile(TestedStore tested) {
    String folder = tested.newFolder();
    tested.store().writeText(Store.child(folder, "x"), "x");
    Failure failure = assertThrows(Failure.class, () -> tested.store().readBytes(folder));
    assertTrue(failure.getMessage().startsWith("Cannot read the file, "), failure.getMessage());
    assertTrue(failure.getMessage().contains(folder), failure.getMessage());
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aFileIsWholeOnceItsStreamIsClosed(TestedStore tested) throws IOException {
    String path = Store.child(tested.newFolder(), "streamed");
    Store store = tested.store();
    try (OutputStream out = store.create(path)) {
      for (int i = 0; i < 1000; i++) {
        out.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    assertEquals(1000, store.readText(path).lines().count());
  }

  private static boolean equalAt(SeekableInput in, byte[] content, int position) {
    for (ByteBuffer target : List.of(ByteBuffer.allocate(1000), ByteBuffer.allocateDirect(1000))) {
      in.readFully(position, target);
      if (!target.flip().equals(ByteBuffer.wrap(content, position, 1000))) {
        return false;
      }
    }
    return true;
  }
}
