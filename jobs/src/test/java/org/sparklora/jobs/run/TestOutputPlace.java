package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.LeaseClaim;
import org.sparklora.storage.Store;

class TestOutputPlace {
  @TempDir Path folder;

  @Test
  void aFileWhereTheFolderWouldBeIsRefusedBeforeAnythingHappens() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine"), "notes");
    for (Path place : new Path[] {mine, mine.resolve("deep/table")}) {
      Failure failure =
          assertThrows(
              Failure.class,
              () ->
                  new OutputPlace(Store.local(), place.toString(), LeaseClaim.of("--save_name"))
                      .ending("tokenize", () -> true, () -> null));
      assertEquals(
          "Cannot write the output, a file lies where its folder would be: %s (expected a folder or nothing). Change --save_name."
              .formatted(mine),
          failure.getMessage());
      assertEquals(ExitCode.USAGE, failure.exitCode());
      assertEquals("notes", Files.readString(mine));
    }
  }
}
