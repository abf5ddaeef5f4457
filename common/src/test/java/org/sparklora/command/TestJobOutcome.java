package org.sparklora.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

class TestJobOutcome {
  @TempDir Path folder;

  @Test
  void aFailureIsWrittenWithItsCodeAndMessage() throws Exception {
    Failure first = Failure.cluster("Cannot train, the first: x.");
    JobOutcome.writeFailure(first, Store.local(), folder.toString());
    String written = Files.readString(folder.resolve("_outcome.json"));
    assertTrue(written.contains("\"exit_code\" : 4"), written);
    assertTrue(written.contains("Cannot train, the first: x."), written);
  }

  @Test
  void aStoreThatFailsTooDoesNotHideTheFirstFailure() throws Exception {
    Failure first = Failure.cluster("Cannot train, the first: x.");
    Path file = Files.writeString(folder.resolve("no folder"), "");
    JobOutcome.writeFailure(first, Store.local(), file.toString());
    assertEquals("Cannot train, the first: x.", first.getMessage());
    List<Throwable> others = List.of(first.getSuppressed());
    assertEquals(1, others.size());
    assertTrue(others.get(0).getMessage().startsWith("Cannot write the file, "), others.toString());
  }

  @Test
  void figuresAreWrittenByName() throws Exception {
    JobOutcome.done("Done.", Map.of("steps", 3)).write(Store.local(), folder.toString());
    String written = Files.readString(folder.resolve("_outcome.json"));
    assertTrue(written.contains("\"steps\" : 3"), written);
  }
}
