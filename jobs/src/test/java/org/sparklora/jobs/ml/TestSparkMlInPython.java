package org.sparklora.jobs.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;

/** Runs what {@code docs/spark-ml.md} shows, word for word, with the stock pyspark. */
@Tag("python")
@Tag("spark")
class TestSparkMlInPython {
  private static final long MOST_SECONDS = 300;
  private static final Pattern SNIPPET = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void theSnippetOfTheDocumentAnswers() throws Exception {
    Python python = Python.from("SPARKLORA_PYTHON");
    Matcher snippet = SNIPPET.matcher(Files.readString(Python.root().resolve("docs/spark-ml.md")));
    assertTrue(snippet.find());
    Path script = Files.writeString(folder.resolve("snippet.py"), snippet.group(1));
    Path output = folder.resolve("output");
    ProcessBuilder builder = python.command(script.toString()).directory(Python.root().toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().remove("SPARK_HOME");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String printed = Files.readString(output);
    assertTrue(ended, printed);
    assertEquals(0, process.waitFor(), printed);
    assertTrue(printed.contains("|question|answer"), printed);
  }
}
