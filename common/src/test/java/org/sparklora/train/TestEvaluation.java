package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.EachFamily;
import org.sparklora.Failure;
import org.sparklora.evaluation.Evaluation;
import org.sparklora.feature.FeatureRow;
import org.sparklora.model.Golden;
import org.sparklora.model.PackedBatch;
import org.sparklora.storage.Store;
import org.sparklora.train.SegmentResult.End;
import org.sparklora.weights.TensorValue;

/** Held-out rows that are evaluated while a run trains. */
class TestEvaluation {
  private static final PlantedRows TABLE = PlantedRows.random(50);
  private static final PlantedRows HELD_OUT = PlantedRows.random(37);

  @TempDir private Path folder;
  private int runs;

  @Test
  void theLossIsTheSameForAnyBatchesAndAnyRanks() {
    TrialRun one = run("max_tokens_per_micro_batch", "1");
    one.train(1);
    assertEquals(List.of(0L, 6L, 12L, 18L, 20L), steps(one));
    for (int ranks = 1; ranks <= 4; ranks++) {
      for (String tokens : List.of("40", "4096")) {
        TrialRun other = run("max_tokens_per_micro_batch", tokens);
        other.train(ranks);
        for (int i = 0; i < 5; i++) {
          EvaluationReport expected = one.evaluations.get(i);
          EvaluationReport actual = other.evaluations.get(i);
          assertEquals(expected.evaluation().loss(), actual.evaluation().loss(), 1e-5);
          assertEquals(expected.rows(), actual.rows());
        }
        // before training there is no float error of training in it
        assertEquals(
            one.evaluations.get(0).evaluation().loss(),
            other.evaluations.get(0).evaluation().loss(),
            1e-12);
        assertEquals(
            one.evaluations.get(0).evaluation().tokenAccuracy(),
            other.evaluations.get(0).evaluation().tokenAccuracy());
      }
    }
  }

  @Test
  void evaluatingChangesNothingAboutTraining() {
    TrialRun plain = TrialRun.of(TABLE, folder.resolve("plain"));
    plain.train(2);
    TrialRun evaluating = run("lora_dropout", "0.1");
    evaluating.train(2);
    assertEquals(plain.losses(), evaluating.losses());
    assertEquals(List.of(), plain.evaluations);
  }

  @EachFamily
  void lossAndAccuracyOfARealModelArePyTorchs(String family) {
    Golden golden = new Golden(family);
    for (int ranks = 1; ranks <= 2; ranks++) {
      TrialRun run =
          FixtureRuns.of(
              family,
              folder.resolve("ranks" + ranks),
              "eval_dataset",
              "held out",
              "max_steps",
              "1",
              "max_tokens_per_micro_batch",
              "" + 60 * ranks);
      run.heldOut = forwardRows(golden);
      run.train(ranks);
      Evaluation first = run.evaluations.get(0).evaluation();
      assertEquals(goldenLoss(golden), first.loss(), 2e-5);
      assertEquals(goldenAccuracy(golden), first.tokenAccuracy(), 1e-12);
    }
  }

  /** The rows whose losses and logits the fixtures have. */
  private static PlantedRows forwardRows(Golden golden) {
    List<FeatureRow> rows = new ArrayList<>();
    for (JsonNode row : golden.index().get("losses")) {
      Golden.Row of = golden.features().get(row.get("feature_index").asInt());
      rows.add(new FeatureRow(of.ids(), of.promptLength()));
    }
    return new PlantedRows(rows);
  }

  private static double goldenLoss(Golden golden) {
    double sum = 0;
    long labels = 0;
    for (JsonNode row : golden.index().get("losses")) {
      sum += row.get(golden.policy()).get("nll_sum").asDouble();
      labels += row.get(golden.policy()).get("count").asLong();
    }
    return sum / labels;
  }

  /** Labels that have the highest of PyTorch's logits. */
  private static double goldenAccuracy(Golden golden) {
    Map<String, TensorValue> tensors = golden.tensors("forward.safetensors");
    int labels = 0;
    int correct = 0;
    int at = 0;
    for (JsonNode row : golden.index().get("losses")) {
      Golden.Row of = golden.features().get(row.get("feature_index").asInt());
      float[] logits = tensors.get("row%d.logits".formatted(at++)).floats();
      int[] wanted = Golden.labels(of, golden.policy());
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] != PackedBatch.IGNORED) {
          labels++;
          correct += likeliest(logits, i, logits.length / wanted.length) == wanted[i] ? 1 : 0;
        }
      }
    }
    return (double) correct / labels;
  }

  private static int likeliest(float[] logits, int position, int vocabulary) {
    int best = 0;
    for (int id = 1; id < vocabulary; id++) {
      boolean higher = logits[position * vocabulary + id] > logits[position * vocabulary + best];
      best = higher ? id : best;
    }
    return best;
  }

  @Test
  void theTrainerStateHasTheEvaluationsAsHuggingFaceWritesThem() throws IOException {
    TrialRun run = run("logging_steps", "6");
    run.train(2);
    JsonNode state = state(run, 20);
    List<String> order =
        StreamSupport.stream(state.get("log_history").spliterator(), false)
            .map(e -> e.get("step").asInt() + (e.has("eval_loss") ? " eval" : " loss"))
            .toList();
    assertEquals(
        List.of(
            "0 eval", "6 loss", "6 eval", "12 loss", "12 eval", "18 loss", "18 eval", "20 loss",
            "20 eval"),
        order);
    JsonNode entry = state.get("log_history").get(8);
    double loss = run.evaluations.get(4).evaluation().loss();
    assertEquals(loss, entry.get("eval_loss").asDouble());
    assertEquals(Math.exp(loss), entry.get("eval_perplexity").asDouble());
    assertTrue(entry.get("eval_token_accuracy").asDouble() > 0.3, entry.toString());
    assertEquals(2.4, entry.get("epoch").asDouble());
    EvaluationReport best =
        run.evaluations.stream().filter(EvaluationReport::best).reduce((a, b) -> b).orElseThrow();
    assertEquals(best.evaluation().loss(), state.get("best_metric").asDouble());
    assertEquals(
        run.outputDir + "/checkpoint-" + best.evaluation().step(),
        state.get("best_model_checkpoint").asText());
  }

  @Test
  void theMetricFilesHaveTheEvaluations() {
    TrialRun run = run();
    run.train(2);
    String file = Store.local().list(folder + "/run0/runs/run-1").get(1).path();
    List<String> lines = Store.local().readText(file).lines().toList();
    assertTrue(lines.get(0).startsWith("{\"step\":0,"), lines.get(0));
    assertTrue(lines.get(0).contains("\"eval/loss\":"), lines.get(0));
    assertTrue(lines.get(0).contains("\"eval/token_accuracy\":"), lines.get(0));
  }

  @Test
  void theLineSaysWhatWasFound() {
    TrialRun run = run();
    run.train(1);
    String line = run.evaluations.get(1).line();
    assertTrue(
        line.matches(
            "evaluation after step 6/20  loss \\d\\.\\d{4}  perplexity \\S+  token accuracy"
                + " 0\\.\\d{4}  37 rows in \\d+\\.\\d s  \\(best\\)"),
        line);
  }

  @Test
  void aStopIsNotKeptWaitingAndTheStepIsEvaluatedWhenTheRunGoesOn() {
    TrialRun unbroken = run();
    unbroken.train(2);
    TrialRun run = run();
    run.stopAfter(6);
    assertEquals(End.STOPPED, run.train(2).end());
    assertEquals(List.of(0L), steps(run));
    assertEquals(End.RUN_DONE, run.train(6, 2).end());
    assertEquals(losses(unbroken), losses(run));
  }

  @Test
  void aStopDuringTheFirstEvaluationEndsTheRunBeforeItsFirstStep() {
    TrialRun run = run();
    run.orders = () -> true;
    SegmentResult result = run.train(2);
    assertEquals(End.STOPPED, result.end());
    assertEquals(0, result.step());
    assertEquals(List.of(), run.evaluations);
    assertEquals(List.of(), run.reports);
    run.orders = () -> false;
    run.train(2);
    assertEquals(List.of(0L, 6L, 12L, 18L, 20L), steps(run));
  }

  @Test
  void flagsThatDoNotFitAreNamedTogether() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                TrialRun.settings(
                    50,
                    "eval_steps",
                    "0",
                    "early_stopping_patience",
                    "3",
                    "early_stopping_threshold",
                    "-1"));
    assertEquals(
        """
        Cannot train, --eval_steps is not positive: 0 (expected at least 1). The default is 500.
        Cannot train, --early_stopping_threshold is negative: -1.0 (expected at least 0). The default is 0.
        Cannot train, --early_stopping_patience has nothing to judge by: 3 without --eval_dataset (expected a table of held-out rows). Add --eval_dataset.\
        """,
        failure.getMessage());
    Failure negative =
        assertThrows(Failure.class, () -> TrialRun.settings(50, "early_stopping_patience", "-1"));
    assertTrue(
        negative
            .getMessage()
            .startsWith(
                "Cannot train, --early_stopping_patience is negative: -1 (expected at least 0). 0"
                    + " never stops early."),
        negative.getMessage());
  }

  @Test
  void anotherTableOfHeldOutRowsIsAnotherRun() {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> TrialRun.settings(50).resumedAs(TrialRun.settings(50, "eval_dataset", "other")));
    assertTrue(
        failure.getMessage().contains("--eval_dataset was , is other"), failure.getMessage());
    assertFalse(TrialRun.settings(50).config().evaluation().isWanted());
  }

  private static List<Long> steps(TrialRun run) {
    return run.evaluations.stream().map(r -> r.evaluation().step()).toList();
  }

  private static List<Double> losses(TrialRun run) {
    return run.evaluations.stream().map(r -> r.evaluation().loss()).toList();
  }

  private static JsonNode state(TrialRun run, long step) throws IOException {
    return new ObjectMapper()
        .readTree(Path.of(run.outputDir, "checkpoint-" + step, "trainer_state.json").toFile());
  }

  /** Evaluates after every sixth step. */
  private TrialRun run(String... flags) {
    List<String> all = new ArrayList<>(List.of("eval_dataset", "held out", "eval_steps", "6"));
    all.addAll(List.of(flags));
    TrialRun run = TrialRun.of(TABLE, folder.resolve("run" + runs++), all.toArray(String[]::new));
    run.heldOut = HELD_OUT;
    return run;
  }
}
