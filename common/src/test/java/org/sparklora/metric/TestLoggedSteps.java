package org.sparklora.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.storage.Store;

class TestLoggedSteps {
  @TempDir private Path output;

  @Test
  void eachStepIsReadOnceAsTheLatestGenerationLoggedIt() {
    log(0, 1, 1, 2, 3, 4);
    log(1, 3, 30, 40, 50);
    List<LoggedStep> steps = LoggedSteps.of(Store.local(), output.toString(), "run");
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), steps.stream().map(LoggedStep::step).toList());
    assertEquals(
        List.of(1.0, 2.0, 30.0, 40.0, 50.0), steps.stream().map(s -> s.figure("x")).toList());
    assertTrue(steps.get(0).time() > 1.7e9);
  }

  @Test
  void aLineThatIsCutShortAndNumbersThatAreNoneAreLeftOut() throws Exception {
    Path folder = Files.createDirectories(output.resolve("runs/run"));
    Files.writeString(
        folder.resolve("metrics.1.h.0.jsonl"),
        "{\"step\":1,\"time\":2.5,\"x\":\"NaN\",\"y\":\"Infinity\"}\nno json\n{\"step\":2,\"ti");
    List<LoggedStep> steps = LoggedSteps.of(Store.local(), output.toString(), "run");
    assertEquals(1, steps.size());
    assertEquals(Double.NaN, steps.get(0).figure("x"));
    assertEquals(Double.POSITIVE_INFINITY, steps.get(0).figure("y"));
    assertEquals(Double.NaN, steps.get(0).figure("z"));
    assertEquals(List.of(), LoggedSteps.of(Store.local(), output.toString(), "none"));
  }

  private void log(int generation, long from, double... values) {
    LogPart part = new LogPart("run", generation, from);
    try (MetricLog log = MetricLog.open(Store.local(), output.toString(), part)) {
      for (int i = 0; i < values.length; i++) {
        log.log(LoggedStep.now(from + i, Map.of("x", values[i])));
      }
    }
  }
}
