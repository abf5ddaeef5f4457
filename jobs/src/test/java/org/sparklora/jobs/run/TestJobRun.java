package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Option;
import org.sparklora.config.Options;

class TestJobRun {
  private static final Options OPTIONS =
      Options.of("test", "tests", List.of(Option.text("name", "A name.").mustBeGiven()));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void helpNeedsNoSession() {
    assertEquals(ExitCode.DONE, run(name -> JobOutcome.done("never", Map.of()), "--help"));
    assertTrue(text(out).startsWith("test: tests"), text(out));
  }

  @Test
  void usageErrorsGoToTheErrorStream() {
    assertEquals(ExitCode.USAGE, run(name -> JobOutcome.done("never", Map.of())));
    assertTrue(text(err).startsWith("Cannot run test, --name is missing"), text(err));
    assertEquals("", text(out));
  }

  @Test
  void failuresEndWithTheirCodeAlsoFromInsideSparksExceptions() {
    Failure failure = Failure.input("Cannot read X.");
    assertEquals(ExitCode.INPUT, failing(failure));
    assertEquals(
        ExitCode.INPUT,
        failing(new IllegalStateException("Job aborted", new IOException(failure))));
    assertEquals("Cannot read X.\nCannot read X.\n", text(err));
  }

  @Test
  void anythingElseIsADefect() {
    assertEquals(ExitCode.INTERNAL, failing(new IllegalStateException("oh")));
    assertEquals(
        "Cannot go on with test, a defect: java.lang.IllegalStateException: oh (expected none). Please report it with the log.\n",
        text(err));
  }

  private interface Work {
    JobOutcome on(String name);
  }

  private ExitCode failing(RuntimeException thrown) {
    LocalSpark.session();
    return run(
        name -> {
          throw thrown;
        },
        "--name=x");
  }

  private ExitCode run(Work work, String... arguments) {
    return new JobRun(OPTIONS, Map.of(), stream(out), stream(err))
        .run(
            arguments,
            s -> s.text("name"),
            (paths, name) -> "unused",
            (session, name) -> work.on(name))
        .code();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
