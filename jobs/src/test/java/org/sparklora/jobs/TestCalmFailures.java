package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Fixtures;
import org.sparklora.jobs.run.DriverProcess;
import org.sparklora.jobs.tokenize.TokenizeCorpus;

/** What stands on the terminal when a task cannot do its work, with the log as we ship it. */
@Tag("spark")
@Timeout(360)
class TestCalmFailures {
  private static final String LOG =
      "-Dlog4j2.configurationFile="
          + Path.of("../conf/log4j2.properties").toAbsolutePath().normalize().toUri();
  private static final String SAID = "Cannot tokenize, a token is beyond the model's vocabulary: ";

  @TempDir Path folder;

  @Test
  void aFailureIsToldOnceWithoutAStackTrace() throws Exception {
    List<String> lines = failed(List.of());
    assertEquals(1, lines.stream().filter(l -> l.contains(SAID)).count(), lines.toString());
    assertTrue(lines.stream().noneMatch(l -> l.startsWith("\tat ")), lines.toString());
    assertTrue(lines.stream().noneMatch(l -> l.contains("ERROR")), lines.toString());
    assertTrue(lines.stream().noneMatch(l -> l.contains("(default)")), lines.toString());
  }

  @Test
  void whoWantsDetailsSeesAllSettingsAndWhereInTheTaskItWasThrown() throws Exception {
    List<String> lines = failed(List.of("--verbose"));
    assertTrue(lines.contains("  max_bad_fraction = 0.01 (default)"), lines.toString());
    assertTrue(
        lines.stream()
            .anyMatch(l -> l.matches("\tat .*RowTokenizer\\.requireKnown\\(.*java:\\d+\\)")),
        lines.toString());
  }

  @Test
  void namesOfFilesMoveNoCursorAndBeginNoLine() throws Exception {
    List<String> lines = failed(List.of());
    assertTrue(
        lines.stream().anyMatch(l -> l.contains("/a\\u001b[31mb\\nFAKE\\u202e/corpus.jsonl")),
        lines.toString());
    assertTrue(
        lines.stream().noneMatch(l -> l.startsWith("FAKE") || l.contains("\u001b")),
        lines.toString());
  }

  private List<String> failed(List<String> more) throws Exception {
    Path model = Files.createDirectories(folder.resolve("model"));
    Path fixture = Fixtures.path("llama", "model");
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(fixture.resolve(name), model.resolve(name));
    }
    String config = Files.readString(fixture.resolve("config.json"));
    Files.writeString(
        model.resolve("config.json"), config.replace("\"vocab_size\": 512", "\"vocab_size\": 300"));
    Path input = Files.createDirectories(folder.resolve("a\u001b[31mb\nFAKE\u202e"));
    Files.copy(Fixtures.path("llama", "corpus.jsonl"), input.resolve("corpus.jsonl"));
    TokenizeCorpus job =
        new TokenizeCorpus(null, folder)
            .with("model_checkpoint", model.toString())
            .with("input_file", input.toString());
    List<String> arguments = new ArrayList<>(job.arguments());
    arguments.addAll(more);
    try (DriverProcess process = DriverProcess.start(TokenizeMain.class, arguments, List.of(LOG))) {
      List<String> lines = process.allLines();
      assertEquals(3, process.exitCode(), lines.toString());
      return lines;
    }
  }
}
