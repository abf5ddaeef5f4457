package org.sparklora.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.storage.Store;

/** Commands of this module, whose class path has no Spark at all. */
class TestCommandRun {
  private static final Options OPTIONS =
      Options.of("count", "counts bytes.", List.of(Option.text("file", "A file.").mustBeGiven()));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path folder;

  @Test
  void aCommandRunsWithoutSparkAndTellsItsOutcome() throws Exception {
    String file = Files.writeString(folder.resolve("three"), "abc").toString();
    assertEquals(ExitCode.DONE, run(TestCommandRun::count, "--file=" + file));
    assertTrue(text(out).endsWith("Counted 3 bytes.\n"), text(out));
    assertEquals("", text(err));
  }

  @Test
  void numbersAreWrittenAlikeInEveryCountry() {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    try {
      Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag("ar-EG"));
      run(file -> JobOutcome.done("step-%d %.1f".formatted(1234, 0.5)), "--file=x");
      assertTrue(text(out).endsWith("step-1234 0.5\n"), text(out));
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  @Test
  void aFailureGoesToTheErrorStreamWithItsCode() {
    String missing = folder.resolve("none").toString();
    assertEquals(ExitCode.INPUT, run(TestCommandRun::count, "--file=" + missing));
    assertTrue(text(err).startsWith("Cannot "), text(err));
  }

  @Test
  void anythingElseIsADefectUnlessAFailureIsFoundWithin() {
    CommandRun.Command<String> broken =
        file -> {
          throw new IllegalStateException("oh");
        };
    assertEquals(ExitCode.INTERNAL, run(broken, "--file=x"));
    assertEquals(
        "Cannot go on with count, a defect: java.lang.IllegalStateException: oh (expected none). Please report it with the log.\n",
        text(err));
    Failure within = Failure.input("Cannot read X.");
    CommandRun wrapped =
        new CommandRun(OPTIONS, stream(out), stream(err), thrown -> Optional.of(within));
    assertEquals(
        ExitCode.INPUT, wrapped.run(new String[] {"--file=x"}, s -> s.text("file"), broken).code());
    assertTrue(text(err).endsWith("\nCannot read X.\n"), text(err));
  }

  @Test
  void errorsEndWithASentenceTooWhereverTheyAreThrown() {
    CommandRun.Command<String> full =
        file -> {
          throw new OutOfMemoryError("Java heap space");
        };
    assertEquals(ExitCode.CLUSTER, run(full, "--file=x"));
    assertTrue(
        text(err).startsWith("Cannot go on, the process has too little Java heap: "), text(err));
    CommandRun.Reader<String> unlinked =
        settings -> {
          throw new AssertionError("oh");
        };
    assertEquals(
        ExitCode.INTERNAL,
        new CommandRun(OPTIONS, stream(out), stream(err))
            .run(new String[] {"--file=x"}, unlinked, TestCommandRun::count)
            .code());
    assertTrue(
        text(err)
            .endsWith(
                "Cannot go on with count, a defect: java.lang.AssertionError: oh (expected none). Please report it with the log.\n"),
        text(err));
  }

  @Test
  void aQuietCommandTellsItsOutcomeAlone() throws Exception {
    String file = Files.writeString(folder.resolve("three"), "abc").toString();
    assertEquals(ExitCode.DONE, run(TestCommandRun::count, "--file=" + file, "--quiet"));
    assertEquals("Counted 3 bytes.\n", text(out));
    assertEquals(ExitCode.USAGE, run(TestCommandRun::count, "--file=x", "--quiet", "--verbose"));
    assertEquals(
        "Cannot run count, --quiet and --verbose are opposites: both are true (expected one at most). Leave one out.\n",
        text(err));
  }

  private static JobOutcome count(String file) {
    long bytes = Store.local().length(file);
    return JobOutcome.done("Counted %d bytes.".formatted(bytes), Map.of("bytes", bytes));
  }

  private ExitCode run(CommandRun.Command<String> command, String... arguments) {
    return new CommandRun(OPTIONS, stream(out), stream(err))
        .run(arguments, s -> s.text("file"), command)
        .code();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
