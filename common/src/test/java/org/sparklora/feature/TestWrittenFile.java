package org.sparklora.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

class TestWrittenFile {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void otherBytesThanWereWrittenAreFound(TableFormat format) throws Exception {
    Path path = folder.resolve("data");
    TableLayout.Writer writer = format.layout().writer(Store.local(), path.toString());
    try (writer) {
      for (int i = 0; i < 100; i++) {
        writer.add(new FeatureRow(new int[] {i, 2, 3}, 1));
      }
    }
    WrittenFile file = new WrittenFile("data", writer.checksum());
    file.check(Store.local(), folder.toString());
    byte[] content = Files.readAllBytes(path);
    content[content.length / 3] ^= 1;
    Files.write(path, content);
    Failure failure =
        assertThrows(Failure.class, () -> file.check(Store.local(), folder.toString()));
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    String expected =
        "Cannot read the feature table back, a file holds other bytes than were written: %s with CRC-32C XXXXXXXX (expected %08x). Check the store and run again."
            .formatted(path, writer.checksum());
    assertEquals(
        expected, failure.getMessage().replaceFirst("CRC-32C [0-9a-f]{8}", "CRC-32C XXXXXXXX"));
  }
}
