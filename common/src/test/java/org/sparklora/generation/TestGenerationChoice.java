package org.sparklora.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Given;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;

class TestGenerationChoice {
  private static final ModelDefaults SAMPLING_MODEL =
      new ModelDefaults(
          Map.of(
              "temperature", "0.7",
              "top_k", "20",
              "top_p", "0.8",
              "repetition_penalty", "1.05",
              "max_new_tokens", "2048"),
          new Stops(List.of(7, 3), List.of("User:")));

  @TempDir Path folder;

  @Test
  void eachValueIsTheFlagsTheFilesTheModelsOrTheDefaultInThisOrder() throws Exception {
    Path file = folder.resolve("predict.properties");
    Files.writeString(file, "top_p=0.5\ntop_k=5\n");
    ResolvedGeneration resolved =
        choice("--config", file.toString(), "--top_k", "9", "--stop", "\n\n", "--stop=###")
            .with(SAMPLING_MODEL);
    assertEquals(new Sampling(0.7, 9, 0.5, 42), resolved.settings().sampling());
    assertEquals(new LogitRules(1.05, 0, false), resolved.settings().rules());
    assertEquals(2048, resolved.settings().maxNewTokens());
    assertEquals(new Stops(List.of(3, 7), List.of("\n\n", "###")), resolved.settings().stops());
    assertEquals(
        """
        decoding settings:
          max_new_tokens = 2048 (model)
          repetition_penalty = 1.05 (model)
          temperature = 0.7 (model)
          top_k = 9 (flag)
          top_p = 0.5 (file %s)
          end_tokens = [3, 7] (model)
          stop = ["\\n\\n","###"] (flag)"""
            .formatted(file),
        resolved.describe());
  }

  @Test
  void aModelsStopTextsCountWhereNoneIsGiven() {
    ResolvedGeneration resolved = choice().with(SAMPLING_MODEL);
    assertEquals(List.of("User:"), resolved.settings().stops().texts());
    assertEquals(new Given("[\"User:\"]", "model"), resolved.values().get("stop"));
  }

  @Test
  void takingTheLikeliestLeavesTheModelsSamplingAside() {
    ResolvedGeneration resolved = choice("--temperature", "0").with(SAMPLING_MODEL);
    assertEquals(new Sampling(0, 0, 1, 42), resolved.settings().sampling());
    assertEquals(1.05, resolved.settings().rules().repetitionPenalty());
    assertEquals(new Given("0", "default"), resolved.values().get("top_k"));
  }

  @Test
  void aFlagWithoutEffectIsRefusedOnceTheModelIsKnown() {
    GenerationChoice choice = choice("--top_p", "0.9", "--top_k", "3");
    assertEquals(new Sampling(0.7, 3, 0.9, 42), choice.with(SAMPLING_MODEL).settings().sampling());
    assertEquals(
        """
        Cannot predict, --top_p has no effect at --temperature 0: 0.9 (expected 1). Raise the temperature or drop it.
        Cannot predict, --top_k has no effect at --temperature 0: 3 (expected 0). Raise the temperature or drop it.""",
        refused(() -> choice.with(ModelDefaults.NONE)));
    assertTrue(
        refused(() -> choice("--top_k", "3", "--generation_config", "off"))
            .startsWith("Cannot predict, --top_k has no effect at --temperature 0: 3 "));
  }

  @Test
  void valuesOutOfRangeAreRefusedAtOnce() {
    assertEquals(
        """
        Cannot predict, --top_k is negative: -1 (expected at least 0). 0 leaves all tokens.
        Cannot predict, --repetition_penalty is out of range: 0.0 (expected above 0). 1 is none.
        Cannot predict, --min_new_tokens is out of range: 9 (expected 0 to --max_new_tokens). The default is 0.
        Cannot predict, --stop is empty: '' (expected a text). Give it a value or drop it.""",
        refused(
            () ->
                choice(
                    "--top_k=-1",
                    "--repetition_penalty=0",
                    "--min_new_tokens=9",
                    "--max_new_tokens=8",
                    "--stop=")));
  }

  @Test
  void whatDecidesTheAnswersIsNamedWithoutWhatChangesNothing() {
    assertEquals(
        Map.of("max_new_tokens", "256", "temperature", "0.0", "top_p", "1.0", "seed", ""),
        choice().with(ModelDefaults.NONE).asMap());
    assertEquals(
        Map.of(
            "max_new_tokens", "2048",
            "temperature", "0.7",
            "top_p", "0.8",
            "seed", "42",
            "top_k", "20",
            "repetition_penalty", "1.05",
            "min_new_tokens", "2",
            "begin_suppress_eos", "true",
            "stop", "[\"User:\"]",
            "end_tokens", "[3, 7]"),
        choice("--begin_suppress_eos", "--min_new_tokens=2").with(SAMPLING_MODEL).asMap());
  }

  private static GenerationChoice choice(String... arguments) {
    Options options = Options.of("predict", "answers.", GenerationChoice.options());
    return Settings.parse(options, arguments).build(GenerationChoice::of);
  }

  private static String refused(Runnable action) {
    Failure failure = assertThrows(Failure.class, action::run);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    return failure.getMessage();
  }
}
