package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;
import org.sparklora.jobs.run.DriverProcess;
import org.sparklora.storage.Lease;
import org.sparklora.storage.Store;

/** SIGTERM to the jobs that have nothing to save: they end soon, and leave nothing half. */
@Tag("spark")
@Timeout(360)
class TestStoppedJobs {
  private static final String BASE = Python.root().resolve("weights/tiny-chatglm2").toString();

  @TempDir Path folder;

  @Test
  void aTokenizeJobEndsWith143AndLeavesNoTable() throws Exception {
    assertStopped(
        TokenizeMain.class,
        List.of(
            "--model_checkpoint=" + BASE,
            "--input_file=" + corpus(400_000),
            "--prompt_key=q",
            "--target_key=a",
            "--save_name=" + output()));
    assertFalse(Files.exists(output().resolve("_features.json")));
  }

  @Test
  void aPredictJobEndsWith143AndLeavesNoAnswers() throws Exception {
    assertStopped(
        PredictMain.class,
        List.of(
            "--model_checkpoint=" + BASE,
            "--input_file=" + corpus(5_000),
            "--prompt_key=q",
            "--max_new_tokens=400",
            "--output_dir=" + output()));
    assertFalse(Files.exists(output().resolve("_predictions.json")));
  }

  private void assertStopped(Class<?> main, List<String> arguments) throws Exception {
    long signalled;
    try (DriverProcess driver = DriverProcess.start(main, arguments)) {
      driver.awaitLine("Application ");
      awaitMark();
      driver.terminate();
      signalled = System.nanoTime();
      assertTrue(
          driver.allLines().stream().anyMatch(l -> l.startsWith("Stopped by a signal.")),
          driver.allLines().toString());
      assertEquals(143, driver.exitCode());
    }
    assertTrue(System.nanoTime() - signalled < TimeUnit.SECONDS.toNanos(60));
    JsonNode outcome = new ObjectMapper().readTree(output().resolve("_outcome.json").toFile());
    assertEquals(143, outcome.get("exit_code").asInt());
    assertEquals(List.of(), Lease.holders(Store.local(), output().toString()));
    try (Stream<Path> left = Files.list(output())) {
      assertEquals(
          List.of(), left.filter(f -> f.getFileName().toString().startsWith("part-")).toList());
    }
  }

  /** The job is at work once its folder says that something is unfinished there. */
  private void awaitMark() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.exists(output().resolve("_unfinished"))) {
      assertTrue(System.nanoTime() < deadline, "the job did not begin");
      TimeUnit.MILLISECONDS.sleep(20);
    }
    TimeUnit.MILLISECONDS.sleep(500);
  }

  private Path corpus(int rows) throws IOException {
    Path file = folder.resolve("corpus.jsonl");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < rows; i++) {
        out.write(
            "{\"q\": \"%d + %d = and some more words to read\", \"a\": \"%d\"}\n"
                .formatted(i, i, 2 * i));
      }
    }
    return file;
  }

  private Path output() {
    return folder.resolve("output");
  }
}
