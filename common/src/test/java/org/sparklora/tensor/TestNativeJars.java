package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestNativeJars {
  @TempDir Path folder;

  @Test
  void jarsOfAFolderAreSeenWhileLibtorchIsLookedFor() throws Exception {
    try (OutputStream file = Files.newOutputStream(folder.resolve("a.jar"));
        ZipOutputStream jar = new ZipOutputStream(file)) {
      jar.putNextEntry(new ZipEntry("native/odd-name"));
    }
    for (String named : new String[] {folder.toString(), "local://" + folder, "file:" + folder}) {
      AtomicReference<URL> seen = new AtomicReference<>();
      NativeJars.in(named).during(() -> seen.set(odd()));
      assertNotNull(seen.get(), named);
      assertNull(odd());
    }
    NativeJars.in("").during(() -> assertNull(odd()));
  }

  @Test
  void aFolderWithoutThemIsNamed() {
    assertRefused(folder.toString(), "it has no jars");
    assertRefused(folder.resolve("none").toString(), "no such folder");
  }

  private static void assertRefused(String named, String why) {
    Failure failure = assertThrows(Failure.class, () -> NativeJars.in(named).during(() -> {}));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(
        "Cannot start the tensor engine, SPARKLORA_NATIVES names no folder with the native jars on this host: %s, %s (expected pytorch-jni and pytorch-native-cpu, as make build leaves them in jobs/target/natives). Copy them there on every host, or unset it and give them with --jars."
            .formatted(named, why),
        failure.getMessage());
  }

  private static URL odd() {
    return Thread.currentThread().getContextClassLoader().getResource("native/odd-name");
  }
}
