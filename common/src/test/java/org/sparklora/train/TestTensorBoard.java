package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;

/** What TensorBoard's own reader finds of a run. */
@Tag("python")
class TestTensorBoard {
  @TempDir private Path folder;

  @Test
  void evaluationEachRanksSpeedAndAPageOfTheSettingsAreThere() {
    Python python = Python.from("SPARKLORA_PYTHON");
    TrialRun run =
        TrialRun.of(
            PlantedRows.random(50),
            folder,
            "eval_dataset",
            "held|out <i>*",
            "eval_steps",
            "10",
            "logging_steps",
            "10");
    run.heldOut = PlantedRows.random(7);
    run.train(2);
    String seen = python.checkArtifacts("events", folder.resolve("runs").toString());
    for (String figure :
        new String[] {"train/loss", "rank/0/tokens_per_second", "rank/1/tokens_per_second"}) {
      assertTrue(has(seen, figure, last(run, figure)), seen);
    }
    assertTrue(seen.matches("(?s).*  eval/loss +3 points, steps 0\\.\\.20, .*"), seen);
    assertTrue(seen.contains("  text settings, 1 pages, the last of step 0:"), seen);
    assertTrue(seen.contains("| setting | value |\n|---|---|\n"), seen);
    assertTrue(seen.contains("| eval\\_dataset | held\\|out &lt;i>\\* |\n"), seen);
    assertTrue(seen.contains("| table\\_fingerprint | table-1 |\n"), seen);
    assertTrue(seen.contains("| threads | 1 |\n"), seen);
  }

  private static double last(TrialRun run, String figure) {
    return run.logged.stream()
        .filter(step -> step.step() == 20 && step.figures().containsKey(figure))
        .findFirst()
        .map(step -> step.figure(figure))
        .orElseThrow();
  }

  /** Two points, of which the last is what was logged, to the digits that are printed. */
  private static boolean has(String seen, String tag, double last) {
    return seen.lines()
        .filter(line -> line.strip().startsWith(tag + " "))
        .anyMatch(
            line ->
                line.contains(" 2 points, steps 10..20, ")
                    && isNear(Double.parseDouble(line.replaceFirst(".* last ", "")), last));
  }

  private static boolean isNear(double seen, double logged) {
    return Math.abs(seen - logged) <= 1e-5 * Math.abs(logged);
  }
}
