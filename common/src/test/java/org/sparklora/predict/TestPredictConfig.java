package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Settings;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.generation.ModelDefaults;
import org.sparklora.tensor.NumberChoice;

class TestPredictConfig {
  @Test
  void readsFlagsAndDefaults() {
    PredictConfig config = config();
    assertEquals("eval.json", config.inputFile());
    assertEquals("q", config.promptKey());
    assertEquals("", config.targetKey());
    assertEquals(PredictionFormat.PARQUET, config.format());
    assertFalse(config.overwrite());
    assertEquals(new ModelChoice("tiny", "", NumberChoice.AUTO, ""), config.model());
    assertFalse(config.model().hasAdapter());
    assertEquals(new GenerationSettings(256, 0, 1, 42, 16, 6), settings(config));
    assertTrue(settings(config).isGreedy());
  }

  @Test
  void readsEveryFlag() {
    PredictConfig config =
        config(
            "--adapter=a",
            "--target-key=t",
            "--format=jsonl",
            "--max_new_tokens=64",
            "--temperature=0.7",
            "--top_p=0.9",
            "--seed=7",
            "--batch_size=4",
            "--prompt_lookup_num_tokens=5",
            "--base_dtype=bf16",
            "--weights_cache=/cache",
            "--overwrite");
    assertEquals(new ModelChoice("tiny", "a", NumberChoice.BF16, "/cache"), config.model());
    assertTrue(config.model().hasAdapter());
    assertEquals(new GenerationSettings(64, 0.7, 0.9, 7, 4, 5), settings(config));
    assertEquals("t", config.targetKey());
    assertEquals(PredictionFormat.JSONL, config.format());
    assertTrue(config.overwrite());
  }

  @Test
  void tellsAllProblemsAtOnce() {
    assertProblems(
        List.of(
            "--max_new_tokens=0",
            "--temperature=-1",
            "--top_p=0",
            "--batch_size=0",
            "--prompt_lookup_num_tokens=-1",
            "--target_key=q",
            "--max_bad_fraction=2",
            "--input_file="),
        "Cannot predict, --max_new_tokens is not positive: 0 (expected at least 1). The default is"
            + " 256.",
        "Cannot predict, --temperature is out of range: -1.0 (expected 0 to 100). 0 takes the"
            + " likeliest token.",
        "Cannot predict, --top_p is out of range: 0.0 (expected above 0 and at most 1). The default"
            + " is 1.",
        "Cannot predict, --batch_size is not positive: 0 (expected at least 1). The default is 16.",
        "Cannot predict, --prompt_lookup_num_tokens is negative: -1 (expected 0 or more). The"
            + " default is 6; 0 turns it off.",
        "Cannot predict, --input_file is empty: '' (expected a text). Give it a value.",
        "Cannot predict, --prompt_key and --target_key are the same: q (expected two fields)."
            + " Change one.",
        "Cannot predict, --max_bad_fraction is out of range: 2.0 (expected 0 to 1). The default is"
            + " 0.01.");
  }

  @Test
  void refusesTopPThatWouldBeIgnored() {
    assertProblems(
        List.of("--top_p=0.9", "--temperature=0"),
        "Cannot predict, --top_p has no effect at --temperature 0: 0.9 (expected 1). Raise the"
            + " temperature or drop it.");
  }

  @Test
  void refusesUnknownFormats() {
    assertProblems(
        List.of("--format=csv"),
        "Cannot read --format, the value (flag) does not fit: csv (expected parquet|jsonl). Change"
            + " it.");
  }

  private static GenerationSettings settings(PredictConfig config) {
    return config.generation().with(ModelDefaults.NONE).settings();
  }

  private static void assertProblems(List<String> arguments, String... problems) {
    Failure failure = assertThrows(Failure.class, () -> config(arguments.toArray(String[]::new)));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(List.of(problems), failure.getMessage().lines().toList());
  }

  private static PredictConfig config(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--model_checkpoint=tiny",
                "--input_file=eval.json",
                "--prompt_key=q",
                "--output_dir=out"));
    for (String argument : more) {
      arguments.removeIf(a -> a.startsWith(argument.split("=", 2)[0] + "="));
    }
    arguments.addAll(Arrays.asList(more));
    return Settings.parse(PredictConfig.options(), arguments.toArray(String[]::new))
        .build(PredictConfig::of);
  }
}
