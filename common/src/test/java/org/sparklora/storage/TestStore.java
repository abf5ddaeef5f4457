package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestStore {
  @TempDir Path folder;

  private final Store store = Store.local();

  @Test
  void writesPlainFilesWithoutSideFiles() throws IOException {
    store.writeText(path("a/b/text.json"), "héllo");

    assertEquals("héllo", store.readText("file://" + folder + "/a/b/text.json"));
    try (var entries = Files.list(folder.resolve("a/b"))) {
      assertEquals(List.of(folder.resolve("a/b/text.json")), entries.toList());
    }
  }

  @Test
  void aProbeStandsInItsFolderUntilClosed() {
    try (Store.Probe probe = store.probe(path("out"))) {
      assertTrue(probe.path().startsWith(path("out/_probe-")), probe.path());
      assertTrue(store.exists(probe.path()));
    }
    assertEquals(List.of(), store.list(path("out")));
    Failure failure = assertThrows(Failure.class, () -> store.probe("/proc/self"));
    assertTrue(failure.getMessage().startsWith("Cannot write the file, "), failure.getMessage());
  }

  @Test
  void piecesPastThePageCacheAreTheBytesOfTheFile() throws IOException {
    byte[] content = new byte[300_001];
    new Random(7).nextBytes(content);
    Files.write(folder.resolve("large"), content);
    ByteBuffer space = ByteBuffer.allocateDirect(100_000 + SeekableInput.ROOM);
    try (SeekableInput in = store.open(path("large"))) {
      for (int position : new int[] {0, 1, 4095, 4096, 123_457, 200_001}) {
        byte[] piece = new byte[100_000];
        in.readPiece(position, piece.length, space).get(piece);
        assertArrayEquals(Arrays.copyOfRange(content, position, position + 100_000), piece);
      }
      Failure failure = assertThrows(Failure.class, () -> in.readPiece(200_002, 100_000, space));
      assertEquals(
          "Cannot read the file, it ends too early: %s at offset 300001 (expected 1 more bytes). Copy it again."
              .formatted(path("large")),
          failure.getMessage());
    }
  }

  @Test
  void piecesOfFilesThatCannotBeReadPastThePageCacheAreReadAsOthers() throws IOException {
    Path refusing = Path.of("/proc/version"); // this file system has no O_DIRECT
    assumeTrue(Files.exists(refusing), "no /proc on this system");
    byte[] content = Files.readAllBytes(refusing);
    ByteBuffer space = ByteBuffer.allocateDirect(content.length + SeekableInput.ROOM);

    assertEquals(Optional.empty(), DirectReads.open(refusing));
    try (SeekableInput in = Store.local().open(refusing.toString())) {
      byte[] piece = new byte[content.length - 3];
      in.readPiece(3, piece.length, space).get(piece);
      assertArrayEquals(Arrays.copyOfRange(content, 3, content.length), piece);
    }
  }

  @Test
  void readsAndWritesThroughHadoopLikeLocally() throws IOException {
    // "raw:" is Hadoop's local file system: the Hadoop door is proven here without a server.
    Store hadoop =
        Store.with(
            new StorageSettings(
                Map.of("fs.raw.impl", "org.sparklora.storage.RawSchemeFileSystem")));
    String root = "raw://" + folder + "/h";

    hadoop.writeText(Store.child(root, "b.txt"), "bb");
    hadoop.writeText(Store.child(root, "a.txt"), "old and long");
    hadoop.writeText(Store.child(root, "a.txt"), "a");

    assertEquals("a", hadoop.readText(Store.child(root, "a.txt")));
    assertEquals(
        List.of("a.txt", "b.txt"), hadoop.list(root).stream().map(StoredFile::name).toList());
    assertEquals(root + "/a.txt", hadoop.list(root).get(0).path());
    assertFalse(hadoop.createNew(Store.child(root, "a.txt"), new byte[1]));
    assertTrue(hadoop.createNew(Store.child(root, "c.txt"), new byte[1]));
    assertEquals(1, hadoop.length(Store.child(root, "c.txt")));
    assertEquals(List.of(), hadoop.list(root + "/missing"));
    assertEquals(List.of(), hadoop.list(root + "/a.txt"));
    assertTrue(hadoop.isDirectory(root));
    assertTrue(hadoop.delete(Store.child(root, "c.txt")));
    assertFalse(hadoop.delete(Store.child(root, "c.txt")));
    try (SeekableInput in = hadoop.open(Store.child(root, "b.txt"))) {
      ByteBuffer direct = ByteBuffer.allocateDirect(1);
      in.readFully(1, direct);
      assertEquals('b', direct.get(0));
      assertEquals(-1, in.read(2, ByteBuffer.allocate(3)));
    }
    hadoop.deleteTree(root);
    assertFalse(hadoop.exists(root));
    hadoop.deleteTree(root);
    Failure missing = assertThrows(Failure.class, () -> hadoop.read(root + "/no"));
    assertEquals(
        "Cannot read the file, it does not exist: "
            + root
            + "/no (expected an existing path). Check the path.",
        missing.getMessage());
  }

  @Test
  void createsANewFileOnlyOnce() {
    assertTrue(store.createNew(path("x/lock"), new byte[] {1}));
    assertFalse(store.createNew(path("x/lock"), new byte[] {2}));
    assertArrayEquals(new byte[] {1}, store.readBytes(path("x/lock")));
  }

  @Test
  void readsAtAnyPosition() {
    store.writeBytes(path("n"), new byte[] {0, 1, 2, 3, 4});
    try (SeekableInput in = store.open(path("n"))) {
      ByteBuffer two = ByteBuffer.allocate(2);
      in.readFully(3, two);
      assertArrayEquals(new byte[] {3, 4}, two.array());
      assertEquals(5, in.length());

      Failure early = assertThrows(Failure.class, () -> in.readFully(4, ByteBuffer.allocate(3)));
      assertEquals(
          "Cannot read the file, it ends too early: "
              + path("n")
              + " at offset 5 (expected 2 more bytes). Copy it again.",
          early.getMessage());
    }
  }

  @Test
  void listsChildrenSortedByName() {
    store.writeText(path("d/b"), "12");
    store.writeText(path("d/a"), "1");
    store.writeText(path("d/c/deep"), "");

    List<StoredFile> children = store.list(path("d"));

    assertEquals(List.of("a", "b", "c"), children.stream().map(StoredFile::name).toList());
    assertEquals(List.of(1L, 2L, 0L), children.stream().map(StoredFile::length).toList());
    assertTrue(children.get(2).isDirectory());
    assertEquals(path("d/a"), children.get(0).path());
    assertEquals(List.of(), store.list(path("nothing")));
    assertEquals(List.of(), store.list(path("d/a")));
  }

  @Test
  void deletesFilesAndTrees() {
    store.writeText(path("t/a/b"), "x");
    assertTrue(store.delete(path("t/a/b")));
    assertFalse(store.delete(path("t/a/b")));
    store.writeText(path("t/a/b"), "x");
    store.deleteTree(path("t"));
    assertFalse(store.exists(path("t")));
    store.deleteTree(path("t"));
  }

  @Test
  void missingFilesAreInputFailures() {
    for (Runnable use :
        List.<Runnable>of(
            () -> store.read(path("no")),
            () -> store.open(path("no")),
            () -> store.length(path("no")))) {
      Failure failure = assertThrows(Failure.class, use::run);
      assertEquals(ExitCode.INPUT, failure.exitCode());
      assertEquals(
          "Cannot read the file, it does not exist: "
              + path("no")
              + " (expected an existing path). Check the path.",
          failure.getMessage());
    }
  }

  @Test
  void otherTroubleIsAStorageFailure() {
    store.writeText(path("file"), "x");

    Failure failure = assertThrows(Failure.class, () -> store.create(path("file/child")));

    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertTrue(
        failure.getMessage().startsWith("Cannot write the file, the store answered"),
        failure.getMessage());
    assertTrue(
        failure
            .getMessage()
            .endsWith(
                "file/child (expected it to work). Check path, permissions, free space and connection."),
        failure.getMessage());
  }

  @Test
  void anUnknownStoreIsAStorageFailure() {
    for (String path : List.of("nosuch://host/x", "hdfs://no.such.host.invalid:1/x", "s3a://b/x")) {
      Failure failure = assertThrows(Failure.class, () -> store.read(path));
      assertEquals(ExitCode.STORAGE, failure.exitCode(), failure.getMessage());
      assertTrue(failure.getMessage().contains(path), failure.getMessage());
    }
  }

  @Test
  void aFolderIsNotReadAsAFile() throws IOException {
    Failure failure = assertThrows(Failure.class, () -> readSome(folder.toString()));
    assertTrue(failure.getMessage().contains("it is a folder"), failure.getMessage());
    assertEquals(ExitCode.INPUT, failure.exitCode());
    try (SeekableInput opened = store.open(folder.toString())) {
      Failure read = assertThrows(Failure.class, () -> opened.read(0, ByteBuffer.allocate(1)));
      assertEquals(
          "Cannot read the file, it is a folder: %s (expected a file). Put the file there, or change the path."
              .formatted(folder),
          read.getMessage());
    }
  }

  @Test
  void knowsLocalPathsFromOthers() {
    assertTrue(store.isLocal("data/x.json"));
    assertTrue(store.isLocal("/data/x:1.json"));
    assertTrue(store.isLocal("file:///data/x.json"));
    assertFalse(store.isLocal("hdfs://h/x"));
    assertFalse(store.isLocal("s3a://bucket/x"));
    assertEquals(Path.of("/data/a%20b"), store.localPath("file:///data/a%20b"));
    Failure failure = assertThrows(Failure.class, () -> store.localPath("hdfs://h/x"));
    assertEquals(
        "Cannot use the path as a local one, it lies on another store: hdfs://h/x (expected file: or"
            + " a plain path). Copy it to this machine first.",
        failure.getMessage());
  }

  @Test
  void oneStorePerSettings() {
    assertSame(Store.local(), Store.with(StorageSettings.none()));
  }

  @Test
  void settingsNeverPrintTheirValues() {
    assertEquals(
        "StorageSettings[fs.s3a.secret.key]",
        new StorageSettings(Map.of("fs.s3a.secret.key", "hidden")).toString());
  }

  private void readSome(String path) throws IOException {
    try (InputStream in = store.read(path)) {
      in.read();
    }
  }

  private String path(String name) {
    return Store.child(folder.toString(), name);
  }
}
