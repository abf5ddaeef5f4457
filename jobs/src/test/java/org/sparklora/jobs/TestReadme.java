package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.config.Options;
import org.sparklora.predict.PredictConfig;
import org.sparklora.tokenize.TokenizeConfig;
import org.sparklora.train.TrainConfig;

/** Holds the README's tables against the code. */
class TestReadme {
  private static final Pattern HELP_FLAG = Pattern.compile("(?m)^  (--\\w+)");
  private static final Pattern TABLE_FLAG = Pattern.compile("(?m)^\\| `(--\\w+)`");

  private final String readme = Files.readString(Path.of("../README.md"));

  TestReadme() throws IOException {}

  @Test
  void everyFlagStandsInTheTableOfItsJobAndNoOther() {
    assertFlags("tokenize", TokenizeConfig.options());
    assertFlags("train", TrainConfig.options());
    assertFlags("predict", PredictConfig.options());
  }

  @Test
  void everyExitCodeIsListedWithItsMeaning() {
    for (ExitCode code : ExitCode.values()) {
      assertTrue(readme.contains("\n| " + code.code() + " | " + code.meaning()), code.toString());
    }
  }

  private void assertFlags(String job, Options options) {
    int start = readme.indexOf("\n### " + job + "\n");
    int end = readme.indexOf("\n##", start + 1);
    assertEquals(
        found(HELP_FLAG, options.help()), found(TABLE_FLAG, readme.substring(start, end)), job);
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
