package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.run.LoggedLines;

@Timeout(60)
class TestStoreWatch {
  private static final Duration SILENCE = Duration.ofMillis(200);

  @TempDir Path folder;

  /** A pipe that nobody writes to keeps its reader waiting, as a store that is silent does. */
  @Test
  void aSilentStoreIsSaidInOneLineWithWhatIsWaitedFor() throws Exception {
    String pipe = folder.resolve("pipe").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());
    Thread reader = new Thread(() -> Store.local().readText(pipe));
    try (LoggedLines log = new LoggedLines()) {
      reader.start();
      while (StoreWatch.waitOf(reader, SILENCE).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertEquals(Optional.empty(), StoreWatch.longWaitOf(reader));
      StoreWatch.look(SILENCE);
      StoreWatch.look(SILENCE);
      assertEquals(
          List.of("Waiting for the store to read the file " + pipe + ", 0 s so far"),
          log.containing(pipe));
    }
    try (OutputStream out = Files.newOutputStream(Path.of(pipe))) {
      out.write('x');
    }
    reader.join();
    assertEquals(Optional.empty(), StoreWatch.waitOf(reader, Duration.ZERO));
  }

  @Test
  void whatIsAnsweredIsNotSaid() {
    Store.local().list(folder.toString());
    assertEquals(Optional.empty(), StoreWatch.waitOf(Thread.currentThread(), Duration.ZERO));
    assertTrue(StoreWatch.longWaitOf(Thread.currentThread()).isEmpty());
  }
}
