package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Options;

/** An application from its start to its end, told from outside. */
class TestApplication {
  private static final Options OPTIONS = Options.of("test", "tests", List.of());

  @TempDir Path output;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void isTold() {
    LocalSpark.session();
    assertEquals(ExitCode.DONE, run((session, config) -> JobOutcome.done("Done.")));
    assertTrue(
        text(out)
            .matches(
                "(?s).*Application local-\\d+ on local\\[2] \\(client\\): page none, logs here\n.*"),
        text(out));
  }

  @Test
  void whatSparkRefusesIsTheClustersAffairInItsOwnSentence() throws IOException {
    refused();
    assertTrue(
        Files.readString(output.resolve("_outcome.json")).contains("\"exit_code\" : 4"),
        "it is told in the output");
  }

  private void refused() {
    LocalSpark.session().stop();
    String before = System.setProperty("spark.master", "nonsense://x");
    try {
      assertEquals(ExitCode.CLUSTER, run((session, config) -> JobOutcome.done("Done.")));
    } finally {
      if (before == null) {
        System.clearProperty("spark.master");
      } else {
        System.setProperty("spark.master", before);
      }
    }
    assertEquals(
        "Cannot start the application, Spark or the cluster refuses it: Could not parse Master URL: 'nonsense://x' (expected it to start). Change the settings or arguments that this names.\n",
        text(err));
  }

  @Test
  void aFolderOfOthersHearsNothingOfIt() throws IOException {
    Files.writeString(output.resolve("thesis.tex"), "important");
    refused();
    assertFalse(Files.exists(output.resolve("_outcome.json")));
  }

  @Test
  void whatFailsAfterSparkEndedTheApplicationIsItsEnd() {
    LocalSpark.session();
    ExitCode code =
        run(
            (session, config) -> {
              session.sparkContext().stop();
              JavaSparkContext.fromSparkContext(session.sparkContext())
                  .parallelize(List.of(1))
                  .count();
              throw new AssertionError("a stopped context counts");
            });
    assertEquals(ExitCode.ENDED, code);
    assertTrue(
        text(err)
            .startsWith(
                "Cannot go on, Spark or the cluster manager ended the application: Cannot call methods on a stopped SparkContext."),
        text(err));
    assertTrue(
        text(err)
            .endsWith(
                " (expected it to live until the job is done). Look for the reason at the manager, and run the same command again to go on.\n"),
        text(err));
  }

  @Test
  void whatTheUserCanMendStaysWhatIsSaidAlsoThen() {
    LocalSpark.session();
    ExitCode code =
        run(
            (session, config) -> {
              session.sparkContext().stop();
              throw Failure.input("Cannot read X.");
            });
    assertEquals(ExitCode.INPUT, code);
  }

  private ExitCode run(JobRun.Job<String> job) {
    return new JobRun(OPTIONS, Map.of(), stream(out), stream(err))
        .run(new String[0], settings -> "", (paths, config) -> output.toString(), job)
        .code();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
