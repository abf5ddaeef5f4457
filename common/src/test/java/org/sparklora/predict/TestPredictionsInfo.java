package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Given;
import org.sparklora.predict.PredictionsInfo.PredictionFile;
import org.sparklora.storage.Store;

/** {@code docs/spec/predictions.md}. */
class TestPredictionsInfo {
  @TempDir Path folder;

  @Test
  void readsWhatItWrote() {
    PredictionsInfo info = info("a");
    info.write(Store.local(), folder.toString());
    assertEquals(Optional.of(info), PredictionsInfo.read(Store.local(), folder.toString()));
    assertTrue(info.hasTargets());
    assertEquals(0.75, info.exactMatch());
  }

  @Test
  void aFolderWithoutItHoldsNoTable() {
    assertEquals(Optional.empty(), PredictionsInfo.read(Store.local(), folder.toString()));
  }

  @Test
  void namesDifferences() {
    assertEquals(List.of(), info("a").differences(PredictionFormat.JSONL, info("a").madeFrom()));
    assertEquals(
        List.of("format (jsonl there, parquet now)", "target_key (a there, none now)"),
        info("a").differences(PredictionFormat.PARQUET, info("").madeFrom()));
    assertEquals(
        List.of("target_key"),
        info("x".repeat(61)).differences(PredictionFormat.JSONL, info("").madeFrom()));
  }

  @Test
  void aValueThatIsNoLongerAskedForIsADifference() {
    PredictionsInfo there = info("a");
    there.madeFrom().put("top_k", "40");
    assertEquals(
        List.of("top_k (40 there, none now)"),
        there.differences(PredictionFormat.JSONL, info("a").madeFrom()));
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    assertRefused("{", "it is not JSON");
    assertRefused("{\"version\": 2}", "its version is 2");
    assertRefused("{\"version\": 1, \"format\": \"x\"}", "a value is none of ours");
  }

  @Test
  void aNameThatLeadsOutOfTheFolderIsRefused() throws Exception {
    Path file = folder.resolve(PredictionsInfo.FILE);
    String whole = info("a").toJson();
    for (String name : List.of("../part-0", "a/b", ".hidden", "red\\u001b[31m", "x\\u202ey")) {
      Files.writeString(file, whole.replace("\"part-0\"", "\"" + name + "\""));
      Failure failure =
          assertThrows(Failure.class, () -> PredictionsInfo.read(Store.local(), folder.toString()));
      assertEquals(ExitCode.INPUT, failure.exitCode());
      assertEquals(
          "Cannot read the table of answers, the name of a data file is none: '%s' (expected a file inside its folder). Make the table again in another --output_dir."
              .formatted(name),
          failure.getMessage());
    }
  }

  private void assertRefused(String content, String why) throws Exception {
    Path file = folder.resolve(PredictionsInfo.FILE);
    Files.writeString(file, content);
    Failure failure =
        assertThrows(Failure.class, () -> PredictionsInfo.read(Store.local(), folder.toString()));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot read the table of answers, %s: %s (expected version 1). Bring the file back, or change --output_dir."
            .formatted(why, file),
        failure.getMessage());
  }

  private static PredictionsInfo info(String targetKey) {
    Map<String, String> from = new LinkedHashMap<>();
    from.put("model_checkpoint", "tiny");
    from.put("target_key", targetKey);
    return new PredictionsInfo(
        PredictionFormat.JSONL,
        from,
        Map.of("temperature", new Given("0.6", "model")),
        List.of(new PredictionFile("part-0", 3, 100), new PredictionFile("part-1", 1, 40)),
        new PredictionCounts(4, 3, 50, 1, 0),
        2,
        1.5);
  }
}
