package org.sparklora.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Settings;
import org.sparklora.evaluate.loss.LossQuestion;
import org.sparklora.plan.LabelPolicy;

class TestEvaluateConfig {
  @Test
  void readsFlagsAndDefaults() {
    EvaluateConfig config =
        config("--predictions=a", "--predictions", "b=1", "--output_dir=o", "--target_file=t");
    assertEquals(List.of("a", "b=1"), config.predictions());
    assertEquals("prediction", config.predictionKey());
    assertEquals("target", config.targetKey());
    assertEquals("t", config.targetFile());
    assertEquals(0.01, config.maxBadFraction());
  }

  @Test
  void tellsAllProblemsAtOnce() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                config(
                    "--predictions=a",
                    "--predictions=a",
                    "--output_dir= ",
                    "--prediction_key=x",
                    "--target_key=x",
                    "--max_bad_fraction=2"));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        List.of(
            "Cannot evaluate, --predictions names one folder twice: a, a (expected each once). Drop one.",
            "Cannot evaluate, --prediction_key and --target_key are the same: x (expected two fields). Change one, or give --target_file.",
            "Cannot evaluate, --output_dir is empty: ' ' (expected a text). Give it a value.",
            "Cannot evaluate, --max_bad_fraction is out of range: 2.0 (expected 0 to 1). The default is 0.01."),
        failure.sentences());
    Failure nothing = assertThrows(Failure.class, () -> config("--predictions=", "--output_dir=o"));
    assertEquals(
        "Cannot evaluate, --predictions names nothing: [] (expected folders of the predict job). Give it once for each, or --tokenized_dataset.",
        nothing.getMessage());
  }

  @Test
  void modelsOnATableAreAskedForInsteadOfAnswers() {
    EvaluateConfig config =
        config("--tokenized_dataset=t", "--adapter=a=x", "--adapter=y", "--output_dir=o");
    LossQuestion asked = config.loss().orElseThrow();
    assertEquals("t", asked.table());
    assertEquals(List.of("base", "a", "y"), List.copyOf(asked.models("b", f -> f).keySet()));
    assertEquals(LabelPolicy.ANSWER, asked.labelPolicy());
    assertEquals(
        "Cannot evaluate, --tokenized_dataset and --predictions are both given: t and p, q (expected one of them). Drop one.",
        refusal("--tokenized_dataset=t", "--predictions=p", "--predictions=q", "--output_dir=o"));
    assertEquals(
        "Cannot evaluate, --model_checkpoint and --adapter have no table to predict: no --tokenized_dataset is given (expected a feature table). Add it.",
        refusal("--adapter=a", "--predictions=p", "--output_dir=o"));
    assertEquals(
        "Cannot evaluate, an adapter has the name that the base has in the table: base (expected another). Give it as OTHER=DIR.",
        refusal("--tokenized_dataset=t", "--adapter=my/base", "--output_dir=o"));
  }

  private static String refusal(String... arguments) {
    return assertThrows(Failure.class, () -> config(arguments)).getMessage();
  }

  private static EvaluateConfig config(String... arguments) {
    return Settings.parse(EvaluateConfig.options(), arguments).build(EvaluateConfig::of);
  }
}
