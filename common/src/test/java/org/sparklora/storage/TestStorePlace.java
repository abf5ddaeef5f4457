package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestStorePlace {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b, true",
    "/a/b, /a/b/, true",
    "/a/b, /a/b/c, true",
    "/a/b, /a/bc, false",
    "/a/b, /a, false",
    "/a/b, /a/x/../b//c, true",
    "/a/b, file:///a/./b/c, true",
    "/a/b, s3a://a/b, false",
    "s3a://k/t, s3a://k/t/x, true",
    "s3a://k, s3a://k/t, true",
    "s3a://k/t, s3a://l/t, false",
    "hdfs://h:8020/t, hdfs:///t/x, true",
    "hdfs://h/t, hdfs://H/t/../t, true",
  })
  void aFolderContainsWhatLiesInIt(String outer, String inner, boolean expected) {
    assertEquals(expected, Store.contains(outer, inner));
  }

  @Test
  void linksAreFollowed() throws Exception {
    Path real = Files.createDirectories(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    assertTrue(Store.contains(real.toString(), link.resolve("new/table").toString()));
    assertTrue(Store.contains(link.toString(), real.resolve("x").toString()));
  }
}
