package org.sparklora.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

class TestModelFolders {
  @TempDir Path folder;

  @Test
  void aLocalFolderIsUsedWhereItIs() {
    assertEquals(folder, ModelFolders.local(Store.local(), folder.toString()));
  }

  @Test
  void aFolderThatAHostLacksIsNamedWithTheHost() {
    String missing = folder.resolve("none").toString();
    Failure failure = assertThrows(Failure.class, () -> ModelFolders.local(Store.local(), missing));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot open the model, the folder is not on this host: " + missing + " on "),
        failure.getMessage());
    assertTrue(
        failure
            .getMessage()
            .endsWith(
                " (expected the same folder on every host). Copy it there or put it on a shared store."),
        failure.getMessage());
  }
}
