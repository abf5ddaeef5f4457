package org.sparklora.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestProblems {
  @Test
  void eachProblemIsALineOfTheJob() {
    Problems problems =
        Problems.of("train")
            .positive("lora_rank", 0, "LLM-Tuning advises 4 or 8")
            .positive("learning_rate", Double.NaN, "LLM-Tuning uses 1e-4")
            .positive("exchange_timeout", Duration.ZERO, "The default is 60s")
            .notNegative("warmup_steps", -1, "The default is 0")
            .notNegative("weight_decay", -0.5, "The default is 0")
            .within(false, "top_p", 2.0, "above 0 and at most 1", "The default is 1")
            .fraction("max_bad_fraction", Double.NaN, "The default is 0.01")
            .notBlank("input_file", " ")
            .different("prompt_key", "q", "target_key", "q")
            .unless(false, "two types are asked for.");
    assertEquals(
        """
        Cannot train, --lora_rank is not positive: 0 (expected at least 1). LLM-Tuning advises 4 or 8.
        Cannot train, --learning_rate is not positive: NaN (expected above 0). LLM-Tuning uses 1e-4.
        Cannot train, --exchange_timeout is not positive: PT0S (expected above 0). The default is 60s.
        Cannot train, --warmup_steps is negative: -1 (expected at least 0). The default is 0.
        Cannot train, --weight_decay is negative: -0.5 (expected at least 0). The default is 0.
        Cannot train, --top_p is out of range: 2.0 (expected above 0 and at most 1). The default is 1.
        Cannot train, --max_bad_fraction is out of range: NaN (expected 0 to 1). The default is 0.01.
        Cannot train, --input_file is empty: ' ' (expected a text). Give it a value.
        Cannot train, --prompt_key and --target_key are the same: q (expected two fields). Change one.
        Cannot train, two types are asked for.""",
        refused(problems::failIfAny));
  }

  @Test
  void problemsOfPartsJoinThoseOfTheWhole() {
    Problems whole = Problems.of("train");
    assertNull(
        whole.<String>in(
            () -> {
              throw Failure.usage("Cannot train, a part is wrong.");
            }));
    assertEquals("fine", whole.in(() -> "fine"));
    whole.unless(false, "the whole is wrong.");
    assertEquals(
        "Cannot train, a part is wrong.\nCannot train, the whole is wrong.",
        refused(whole::failIfAny));
  }

  @Test
  void problemsMayBeListedInOneSentence() {
    Problems listed = Problems.listed().unless(false, "rank is 0").unless(false, "alpha is 100%");
    assertEquals(
        "Cannot go on: rank is 0; alpha is 100%. Change them.",
        refused(() -> listed.failIfAny("Cannot go on: ", ". Change them.")));
  }

  @Test
  void whatIsFineIsNoProblem() {
    Problems none =
        Problems.of("train")
            .positive("lora_rank", 1, "")
            .notNegative("warmup_steps", 0, "")
            .fraction("max_bad_fraction", 1, "")
            .notBlank("input_file", "a")
            .different("prompt_key", " ", "target_key", " ")
            .different("prompt_key", "q", "target_key", "a");
    assertDoesNotThrow(() -> none.failIfAny());
    assertDoesNotThrow(() -> Problems.listed().failIfAny("", ""));
  }

  private static String refused(Executable check) {
    Failure failure = assertThrows(Failure.class, check);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    return failure.getMessage();
  }
}
