package org.sparklora.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;

/** The official Python client against base and two adapters at once. */
@Tag("python")
class TestOpenAiClient {
  @TempDir Path folder;

  @Test
  void itListsChatsStreamsCancelsAndReadsErrors() throws IOException, InterruptedException {
    Python python = Python.from("SPARKLORA_PYTHON");
    Path output = folder.resolve("client.out");
    String script = Python.root().resolve("dev/check_openai.py").toString();
    try (Servers servers = Servers.withAdapters()) {
      Process process =
          python
              .command(script, servers.server.url() + "v1")
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "too slow");
      String printed = Files.readString(output, StandardCharsets.UTF_8);
      assertEquals(0, process.exitValue(), printed);
      assertTrue(printed.endsWith("all well\n"), printed);
      for (int i = 0; i < 100 && servers.answering.running() > 0; i++) {
        Thread.sleep(10);
      }
      assertEquals(0, servers.answering.running(), "a stream that was closed goes on");
    }
  }
}
