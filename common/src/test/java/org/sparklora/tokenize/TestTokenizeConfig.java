package org.sparklora.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Settings;
import org.sparklora.feature.TableFormat;

class TestTokenizeConfig {
  @Test
  void originalCommandLineIsEnough() {
    TokenizeConfig config = parse("--skip_overlength", "False");
    assertEquals(
        new TokenizeConfig(
            "THUDM/chatglm-6b",
            List.of("simple_math_4op.json"),
            "q",
            "a",
            "UTF-8",
            "simple_math_4op",
            2000,
            CutPolicy.KEEP_TARGET,
            TableFormat.PARQUET,
            0.01,
            false,
            false,
            Duration.ofSeconds(70),
            Dedup.OFF,
            0,
            ChatConfig.UNASKED),
        config);
  }

  @Test
  void skipOverlengthMeansDrop() {
    assertEquals(CutPolicy.DROP, parse("--skip_overlength", "true").cutPolicy());
    assertEquals(
        CutPolicy.DROP, parse("--skip_overlength", "true", "--cut_policy", "drop").cutPolicy());
    assertEquals(CutPolicy.SEED, parse("--cut_policy", "seed").cutPolicy());
  }

  @Test
  void skipOverlengthWithAnotherPolicyIsRefused() {
    assertUsage(
        "Cannot tokenize, two cut policies are asked for: --skip_overlength true and --cut_policy keep-target (expected one). Drop one of them.",
        "--skip_overlength=true",
        "--cut_policy=keep-target");
  }

  @Test
  void theShapeOfRowsIsSaidOnce() {
    assertUsage(
        "Cannot tokenize, --row_format has a --dataset_info beside it: messages (expected one, both say the shape of a row). Drop one of them.",
        "--row_format=messages",
        "--dataset_info=dataset_info.json",
        "--dataset=mine");
  }

  @Test
  void encodingsAreKnownByName() {
    assertEquals("gb18030", parse("--encoding", "gb18030").encoding());
    String message =
        "Cannot tokenize, --encoding is unknown: %s (expected a name such as UTF-8, GB18030 or UTF-16LE). Correct it.";
    assertUsage(message.formatted("utf8-sig"), "--encoding=utf8-sig");
    assertUsage(message.formatted("汉"), "--encoding=汉");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertUsage(
        """
        Cannot tokenize, two cut policies are asked for: --skip_overlength true and --cut_policy seed (expected one). Drop one of them.
        Cannot tokenize, --prompt_key and --target_key are the same: a (expected two fields). Change one.
        Cannot tokenize, --max_seq_length is too small: 7 (expected at least 8). LLM-Tuning uses 2000.
        Cannot tokenize, --max_bad_fraction is out of range: 1.5 (expected 0 to 1). The default is 0.01.""",
        "--skip_overlength=true",
        "--cut_policy=seed",
        "--prompt_key=a",
        "--max_seq_length=7",
        "--max_bad_fraction=1.5");
  }

  @Test
  void emptyTextsAreRefused() {
    assertUsage(
        "Cannot tokenize, --input_file is empty: '' (expected a text). Give it a value.",
        "--input_file=");
  }

  @Test
  void unknownPolicyIsRefused() {
    Failure failure = assertThrows(Failure.class, () -> CutPolicy.of("both"));
    assertEquals(
        "Cannot tokenize, the cut policy is unknown: both (expected keep-target|seed|drop). Change --cut_policy.",
        failure.getMessage());
  }

  private static void assertUsage(String message, String... more) {
    Failure failure = assertThrows(Failure.class, () -> parse(more));
    assertEquals(message, failure.getMessage());
    assertEquals(ExitCode.USAGE, failure.exitCode());
  }

  private static TokenizeConfig parse(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--model_checkpoint=THUDM/chatglm-6b",
                "--input_file=simple_math_4op.json",
                "--prompt_key=q",
                "--target_key=a",
                "--save_name=simple_math_4op"));
    for (String argument : more) {
      arguments.removeIf(a -> a.startsWith(argument.split("=", 2)[0] + "="));
    }
    arguments.addAll(List.of(more));
    return Settings.parse(TokenizeConfig.options(), arguments.toArray(String[]::new))
        .build(TokenizeConfig::of);
  }
}
