package org.sparklora.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.evaluate.loss.LossPart;
import org.sparklora.evaluation.Score;
import org.sparklora.similarity.TextScores;
import org.sparklora.storage.Store;

/** {@code docs/spec/evaluation.md}. */
class TestEvaluationInfo {
  private final Store store = Store.local();

  @TempDir Path folder;

  @Test
  void isReadAsItWasWritten() {
    EvaluationInfo info = info();
    assertEquals(Optional.empty(), EvaluationInfo.read(store, folder.toString()));
    info.write(store, folder.toString());
    assertEquals(Optional.of(info), EvaluationInfo.read(store, folder.toString()));
  }

  @Test
  void whatIsNoNumberIsReadBackAsNone() {
    LossPart diverged = new LossPart(new Score(Double.POSITIVE_INFINITY, 2, 1), 1, 0);
    EvaluationInfo info = new EvaluationInfo(Map.of(), List.of(Judged.of("base", diverged)));
    info.write(store, folder.toString());
    assertEquals(Optional.of(info), EvaluationInfo.read(store, folder.toString()));
  }

  @Test
  void namesWhatDiffers() {
    assertEquals(List.of(), info().differences(Map.of("target_key", "a", "base", "f:1:2")));
    assertEquals(
        List.of("other", "target_key", "base").stream().sorted().toList(),
        info().differences(Map.of("target_key", "b", "other", "x")).stream().sorted().toList());
  }

  @Test
  void damagedAndNewerOnesAreRefused() {
    String path = folder.resolve(EvaluationInfo.FILE).toString();
    store.writeText(path, "{");
    assertEquals(
        "Cannot read the evaluation, it is not JSON: %s (expected version 1). Bring the file back, or change --output_dir."
            .formatted(path),
        refusal());
    store.writeText(path, "{\"version\": 2}");
    assertEquals(
        "Cannot read the evaluation, its version is 2: %s (expected version 1). Bring the file back, or change --output_dir."
            .formatted(path),
        refusal());
  }

  @Test
  void theTableHasAColumnForEachAndEndsOfLongNames() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("rouge_1", 0.5);
    figures.put("bleu_4", 12.34567);
    Judged base = new Judged("answers/base", 10, 0, figures);
    Judged other =
        new Judged("s3a://bucket/a/very/long/path/answers/math", 9, 1, Map.of("bleu_4", 100.0));
    assertEquals(
        """
                  answers/base  …/long/path/answers/math
        rows                10                         9
        bad_rows             0                         1
        rouge_1         0.5000
        bleu_4         12.3457                  100.0000\
        """,
        new SideBySide(List.of(base, other)).text());
  }

  private EvaluationInfo info() {
    return new EvaluationInfo(
        Map.of("target_key", "a", "base", "f:1:2"),
        List.of(Judged.of("base", TextScores.of("a b c d e", "a b c d"), 3)));
  }

  private String refusal() {
    return assertThrows(Failure.class, () -> EvaluationInfo.read(store, folder.toString()))
        .getMessage();
  }
}
