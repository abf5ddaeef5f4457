package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestStoreHome {
  private static final List<String> NAMES =
      List.of("a b", "50%", "a%20b", "a#b", "数学.json", "math:v2.json", "file:x", "v1:2:3");

  private final StoreHome local = new StoreHome("", "/home/ann");
  private final StoreHome cluster = StoreHome.of("hdfs://nn:9000/", "ann");

  @Test
  void relativePathsLieUnderHomeAndAbsoluteOnesBehindTheRoot() {
    for (String name : NAMES) {
      assertEquals("/home/ann/" + name, local.resolve(name));
      assertEquals("hdfs://nn:9000/user/ann/" + name, cluster.resolve(name));
      assertEquals("hdfs://nn:9000/user/ann/in/" + name, cluster.resolve("in/" + name));
      assertEquals("/in/" + name, local.resolve("/in/" + name + "/"));
      assertEquals("hdfs://nn:9000/in/" + name, cluster.resolve("/in/" + name));
    }
    assertEquals("/", local.resolve("/"));
  }

  @Test
  void whatHasASchemeIsTakenAsItIs() {
    for (String path : List.of("s3a://b/math:v2.json", "hdfs:/x", "file:/a b", "file:///a%20b")) {
      assertTrue(StorePath.hasScheme(path), path);
      assertEquals(path, local.resolve(path));
      assertEquals(path, cluster.resolve(path));
    }
  }

  @Test
  void aSchemeNeedsItsSlash() {
    for (String name : NAMES) {
      assertFalse(StorePath.hasScheme(name), name);
      assertTrue(StorePath.isLocal(name), name);
      assertTrue(StorePath.isBareName(name), name);
      assertTrue(Store.local().isLocal(name), name);
      assertEquals(Path.of(name), Store.local().localPath(name));
    }
    assertFalse(StorePath.isBareName("a/b"));
    assertFalse(StorePath.isLocal("s3a://b/x"));
    assertTrue(StorePath.isLocal("file:/x"));
    assertTrue(StorePath.isLocal("/x:/y"));
  }

  @Test
  void theWorkingDirectoryIsOnThisMachine() {
    assertEquals(
        Path.of("x").toAbsolutePath().toString(), StoreHome.workingDirectory().resolve("x"));
  }
}
