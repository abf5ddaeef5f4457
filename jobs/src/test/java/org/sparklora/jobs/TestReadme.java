package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.ModelFamily;
import org.sparklora.check.CheckConfig;
import org.sparklora.config.Options;
import org.sparklora.evaluate.EvaluateConfig;
import org.sparklora.export.ExportConfig;
import org.sparklora.predict.PredictConfig;
import org.sparklora.serve.ServeConfig;
import org.sparklora.terminal.ChatConfig;
import org.sparklora.tokenize.TokenizeConfig;
import org.sparklora.train.TrainConfig;

/** Holds the README's exit codes and the tables of {@code docs/flags.md} against the code. */
class TestReadme {
  private static final Pattern HELP_FLAG = Pattern.compile("(?m)^  (--\\w+) (.+)\n      (.+)$");

  private final String readme = Files.readString(Path.of("../README.md"));
  private final String flags = Files.readString(Path.of("../docs/flags.md"));

  TestReadme() throws IOException {}

  @Test
  void everyFlagStandsInTheTableOfItsJobWithItsValuesAndMeaningAndNoOther() {
    assertFlags("tokenize", TokenizeConfig.options());
    assertFlags("train", TrainConfig.options());
    assertFlags("predict", PredictConfig.options());
    assertFlags("evaluate", EvaluateConfig.options());
    assertFlags("chat", ChatConfig.options());
    assertFlags("serve", ServeConfig.options());
    assertFlags("export", ExportConfig.options());
    assertFlags("check-gpu", CheckConfig.options());
  }

  @Test
  void everyExitCodeIsListedWithItsMeaning() {
    for (ExitCode code : ExitCode.values()) {
      assertTrue(readme.contains("\n| " + code.code() + " | " + code.meaning()), code.toString());
    }
  }

  @Test
  void everyFamilyIsARowOfTheTableOfModels() {
    for (ModelFamily family : ModelFamily.values()) {
      String row =
          "(?m)^\\| `%s` \\| .* \\| `%s` \\| `%s` \\|$"
              .formatted(
                  family.word(),
                  String.join(",", family.usualTargets()),
                  family.originalLabels().name().toLowerCase(Locale.ROOT));
      assertTrue(Pattern.compile(row).matcher(readme).find(), row);
    }
  }

  private void assertFlags(String job, Options options) {
    int start = flags.indexOf("\n## " + job + "\n");
    int end = flags.indexOf("\n## ", start + 1);
    List<String> rows =
        flags
            .substring(start, end < 0 ? flags.length() : end)
            .lines()
            .filter(line -> line.startsWith("| `"))
            .toList();
    assertEquals(String.join("\n", rowsOf(options.help())), String.join("\n", rows), job);
  }

  /** The rows that the table has to have, in the order of {@code --help}. */
  private static List<String> rowsOf(String help) {
    return HELP_FLAG
        .matcher(help)
        .results()
        .map(m -> "| `%s` | %s | %s |".formatted(m.group(1), values(m.group(2)), m.group(3)))
        .toList();
  }

  private static String values(String shape) {
    return shape.replaceAll("[\\[\\]]", "").replace("|", " \\| ");
  }
}
