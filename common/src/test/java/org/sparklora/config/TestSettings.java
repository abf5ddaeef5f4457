package org.sparklora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestSettings {
  private static final Options OPTIONS =
      Options.of(
          "train",
          "trains",
          List.of(
              Option.text("output_dir", "Where the adapter goes.").mustBeGiven(),
              Option.whole("lora_rank", "Rank.").defaultsTo("8"),
              Option.whole("max_steps", "Steps."),
              Option.decimal("learning_rate", "Peak rate.").defaultsTo("1e-4"),
              Option.flag("fp16", "Half precision."),
              Option.duration("executor_wait", "How long.").defaultsTo("5min"),
              Option.choice("format", "Files.", List.of("parquet", "arrow"))
                  .defaultsTo("parquet")));

  @TempDir Path folder;

  @Test
  void flagsWinOverTheFileAndTheFileOverDefaults() throws Exception {
    Path file = folder.resolve("train.properties");
    Files.writeString(file, "lora-rank=4\nlearning_rate = 1e-3\noutput_dir=产出\n");
    Settings settings = Settings.parse(OPTIONS, "--lora_rank", "16", "--config", file.toString());

    assertEquals(16, settings.whole("lora_rank"));
    assertEquals(1e-3, settings.decimal("learning_rate"));
    assertEquals("产出", settings.text("output_dir"));
    assertEquals(Duration.ofMinutes(5), settings.duration("executor_wait"));
    String shown = settings.describe();
    assertTrue(shown.contains("lora_rank = 16 (flag)"), shown);
    assertTrue(shown.contains("learning_rate = 1e-3 (file " + file + ")"), shown);
    assertFalse(shown.contains("format"), shown);
    assertFalse(settings.isGiven("format"));
    assertTrue(settings.isGiven("output_dir"));
  }

  @Test
  void whoWantsDetailsSeesDefaultsToo() {
    String shown =
        Settings.parse(OPTIONS, "--output_dir", "a", "--format=parquet", "--verbose").describe();
    assertTrue(shown.contains("format = parquet (flag)"), shown);
    assertTrue(shown.contains("lora_rank = 8 (default)"), shown);
    String calm = Settings.parse(OPTIONS, "--output_dir", "a", "--format=parquet").describe();
    assertEquals("train settings:\n  output_dir = a (flag)", calm);
  }

  @Test
  void valuesAreShownOnOneLineAndMoveNoCursor() {
    String shown = Settings.parse(OPTIONS, "--output_dir", "a\nb\u001b[2J\u202e").describe();
    assertEquals("train settings:\n  output_dir = a\\nb\\u001b[2J\\u202e (flag)", shown);
  }

  @Test
  void limitsCanOnlyBeRaised() {
    assertEquals(1, Settings.parse(OPTIONS, "--output_dir", "a").sizeLimits());
    Failure failure =
        assertThrows(
            Failure.class,
            () -> Settings.parse(OPTIONS, "--output_dir", "a", "--size_limits=0").sizeLimits());
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot run train, --size_limits is not positive: 0 (expected at least 1). Leave it out for the usual limits.",
        failure.getMessage());
  }

  @Test
  void hyphensAndEqualsSigns() {
    Settings settings = Settings.parse(OPTIONS, "--output-dir=a=b", "--lora-rank", "2");
    assertEquals("a=b", settings.text("output_dir"));
    assertEquals(2, settings.whole("lora_rank"));
    assertEquals(Optional.empty(), settings.optional("max_steps"));
  }

  @Test
  void aFlagGivenTwiceIsRefused() {
    Settings settings =
        Settings.parse(OPTIONS, "--output-dir=a", "--lora-rank", "4", "--lora_rank=4");
    Failure failure = assertThrows(Failure.class, () -> settings.build(s -> s.text("output_dir")));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot read --lora_rank, it is given twice (expected once; no flag is a list of flags). Remove one.",
        failure.getMessage());
  }

  @Test
  void bytesThatCouldNotBeDecodedAreSaidOnceForEachFlag() {
    Settings settings = Settings.parse(OPTIONS, "--output_dir", "\ufffd\ufffd\ufffd");
    Failure failure = assertThrows(Failure.class, () -> settings.build(s -> s.text("output_dir")));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot read --output_dir, the value holds bytes that this process could not decode: its encoding is %s (expected UTF-8 on both sides). Start it with LC_ALL=C.UTF-8, as submit/*.sh does."
            .formatted(System.getProperty("sun.jnu.encoding")),
        failure.getMessage());
  }

  @Test
  void booleansMeanWhatTheySay() {
    assertTrue(parsed("--fp16").flag("fp16"));
    assertTrue(parsed("--fp16", "--lora_rank", "4").flag("fp16"));
    assertTrue(parsed("--fp16", "True").flag("fp16"));
    assertFalse(parsed("--fp16", "False").flag("fp16"));
    assertFalse(parsed().flag("fp16"));
  }

  private enum Cut {
    KEEP_ALL,
    DROP
  }

  @Test
  void choicesAreAnEnumsValuesInLowerCase() {
    Options options =
        Options.of(
            "cut",
            "cuts",
            List.of(Option.choice("policy", "How.", Cut.class).defaultsTo("keep-all")));
    assertTrue(options.help().contains("--policy keep-all|drop\n"), options.help());
    assertEquals(Cut.KEEP_ALL, Settings.parse(options).choice("policy", Cut.class));
    assertEquals(Cut.DROP, Settings.parse(options, "--policy", "Drop").choice("policy", Cut.class));
    Failure failure =
        assertThrows(
            Failure.class, () -> Settings.parse(options, "--policy=keep_all").build(s -> s));
    assertEquals(
        "Cannot read --policy, the value (flag) does not fit: keep_all (expected keep-all|drop). Change it.",
        failure.getMessage());
  }

  @Test
  void aBlankAtTheEndOfANameIsPartOfIt() {
    assertEquals(" o ", Settings.parse(OPTIONS, "--output_dir", " o ").text("output_dir"));
    assertEquals(4, parsed("--lora_rank", " 4 ").whole("lora_rank"));
  }

  @Test
  void durationsReadUnits() {
    assertEquals(Duration.ofSeconds(90), parsed("--executor_wait", "90").duration("executor_wait"));
    assertEquals(Duration.ofSeconds(7), parsed("--executor_wait", "7s").duration("executor_wait"));
    assertEquals(Duration.ofHours(1), parsed("--executor_wait", "1h").duration("executor_wait"));
    assertEquals(
        Duration.ofMillis(250), parsed("--executor_wait", "250ms").duration("executor_wait"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775807h", "9223372036854775807ms", "-9000000000s"})
  void aTimeThatNoClockCountsDoesNotFit(String value) {
    Settings settings = Settings.parse(OPTIONS, "--executor_wait", value);
    Failure failure = assertThrows(Failure.class, () -> settings.build(s -> s));
    assertTrue(
        failure
            .getMessage()
            .contains(
                "Cannot read --executor_wait, the value (flag) does not fit: %s (expected a time such as 90s, 5min or 1h). Change it."
                    .formatted(value)),
        failure.getMessage());
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    Settings settings =
        Settings.parse(
            OPTIONS,
            "--lora_rnak",
            "4",
            "--qqqqqqqq",
            "stray",
            "more",
            "--learning_rate",
            "fast",
            "--fp16",
            "yes",
            "--format",
            "orc",
            "--max_steps");
    Failure failure = assertThrows(Failure.class, () -> settings.build(s -> s));

    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        List.of(
            "Cannot run train, an option is unknown (flag): --lora_rnak (expected one of its options). Did you mean --lora_rank?",
            "Cannot run train, an option is unknown (flag): --qqqqqqqq (expected one of its options). Run with --help for the list.",
            "Cannot run train, an argument belongs to no option: more (expected --name value). Remove it or quote the value.",
            "Cannot read --max_steps, it has no value: nothing after it (expected a whole number). Add the value.",
            "Cannot run train, --output_dir is missing: nothing given (expected text). Add the flag.",
            "Cannot read --learning_rate, the value (flag) does not fit: fast (expected a number). Change it.",
            "Cannot read --fp16, the value (flag) does not fit: yes (expected true or false). Change it.",
            "Cannot read --format, the value (flag) does not fit: orc (expected parquet|arrow). Change it."),
        List.of(failure.getMessage().split("\n")));
  }

  @Test
  void problemsOfTheRecordJoinThoseOfTheCommandLine() {
    Settings settings = Settings.parse(OPTIONS, "--output_dir", "o", "--learning_rate", "fast");
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                settings.build(
                    s -> {
                      throw Failure.usage("lora_rank is 0 at " + s.decimal("learning_rate"));
                    }));
    assertTrue(failure.getMessage().endsWith("\nlora_rank is 0 at 1.0E-4"), failure.getMessage());
  }

  @Test
  void missingFileAndBadEncodingAreUsageErrors() throws Exception {
    Path latin = folder.resolve("latin.properties");
    Files.write(latin, new byte[] {'a', '=', (byte) 0xe9, '\n'});
    for (Path file : List.of(folder.resolve("none.properties"), latin)) {
      Settings settings = Settings.parse(OPTIONS, "--output_dir", "o", "--config", file.toString());
      Failure failure = assertThrows(Failure.class, () -> settings.build(s -> s));
      assertTrue(
          failure.getMessage().startsWith("Cannot read the --config file, "), failure.getMessage());
      assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
    }
  }

  @Test
  void numbersBeyondIntAreRefused() {
    Failure failure =
        assertThrows(Failure.class, () -> parsed("--max_steps", "3000000000").whole("max_steps"));
    assertEquals(
        "Cannot read --max_steps, the number is too large: 3000000000 (expected at most 2147483647). Change it.",
        failure.getMessage());
  }

  @Test
  void credentialsInUrisAreNeverShown() {
    Settings settings = Settings.parse(OPTIONS, "--output_dir", "s3a://key:secret@bucket/x");
    assertTrue(settings.describe().contains("s3a://***@bucket/x"), settings.describe());
    assertFalse(settings.describe().contains("secret"));
  }

  @Test
  void helpNeedsNothingElse() {
    assertTrue(Settings.parse(OPTIONS, "--help").helpWanted());
    String help = OPTIONS.help();
    assertTrue(help.contains("--format parquet|arrow\n      Files. (default parquet)"), help);
    assertTrue(help.contains("--output_dir TEXT\n      Where the adapter goes. (has to be given)"));
  }

  private static Settings parsed(String... more) {
    String[] all = new String[more.length + 2];
    all[0] = "--output_dir";
    all[1] = "o";
    System.arraycopy(more, 0, all, 2, more.length);
    return Settings.parse(OPTIONS, all);
  }
}
