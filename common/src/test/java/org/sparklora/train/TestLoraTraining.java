package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.EachFamily;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.lora.TrainableModel;
import org.sparklora.model.Golden;
import org.sparklora.model.ParityTable;
import org.sparklora.storage.Store;
import org.sparklora.train.SegmentResult.End;
import org.sparklora.train.StepReport.Kind;
import org.sparklora.weights.TensorValue;

/** The loop with real models against numbers of PEFT (fixtures, made by golden.py). */
class TestLoraTraining {
  @TempDir private Path folder;
  private int runs;

  @EachFamily
  void twentyStepsEqualPeftsOnAnyRanksAndInAnySplit(String family) {
    checkTrajectory(family, 1, "4096");
    checkTrajectory(family, 2, "100");
    checkTrajectory(family, 4, "1");
  }

  private void checkTrajectory(String family, int ranks, String tokens) {
    TrialRun run = run(family, "max_tokens_per_micro_batch", tokens);
    SegmentResult result = run.train(ranks);
    assertEquals(End.RUN_DONE, result.end());
    Golden golden = new Golden(family);
    String name = "loop, %d ranks, %s tokens at once: ".formatted(ranks, tokens);
    ParityTable.check(family, name + "loss", worst(run.losses(), golden, "loss"), 1e-5);
    List<Double> norms = run.reports.stream().map(StepReport::gradNorm).toList();
    ParityTable.check(family, name + "gradient norm", worst(norms, golden, "grad_norm"), 1e-5);
    List<Double> rates = run.reports.stream().map(StepReport::learningRate).toList();
    assertEquals(0, worst(rates, golden, "lr"), 1e-12);
    Adapter last = AdapterFolder.read(Store.local(), golden.folder("train_final"));
    Adapter ours = AdapterFolder.read(Store.local(), result.checkpoint());
    ParityTable.check(family, name + "final adapter", difference(ours, last), 2e-5);
  }

  @EachFamily
  void bf16StaysNearItsFp32Twin(String family) {
    TrialRun run = run(family, "bf16", "true");
    run.train(2);
    Golden golden = new Golden(family);
    DoubleBuffer expected = numbers(golden, "loss");
    double worst = 0;
    for (int i = 0; i < FixtureRuns.STEPS; i++) {
      worst = Math.max(worst, Math.abs(run.losses().get(i) / expected.get(i) - 1));
    }
    ParityTable.check(family, "loop in bf16, loss (relative)", worst, 0.01);
  }

  @Test
  void dropoutIsTheSameForAnyNumberOfRanks() {
    TrialRun one = run("qwen2", "lora_dropout", "0.1");
    one.train(1);
    TrialRun none = run("qwen2");
    none.train(1);
    assertNotEquals(none.losses().get(5), one.losses().get(5), 1e-4);
    for (int ranks = 2; ranks <= 4; ranks++) {
      TrialRun many =
          run("qwen2", "lora_dropout", "0.1", "max_tokens_per_micro_batch", "" + 60 * ranks);
      many.train(ranks);
      assertClose(one, many);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.1"})
  void aResumedRunEqualsAnUnbrokenOneBitByBit(String dropout) {
    TrialRun unbroken = run("chatglm2", "lora_dropout", dropout);
    unbroken.train(2);
    TrialRun broken = run("chatglm2", "lora_dropout", dropout);
    broken.stopAfter(7);
    assertEquals(End.STOPPED, broken.train(2).end());
    assertEquals(End.RUN_DONE, broken.train(7, 2).end());
    assertEquals(unbroken.losses(), broken.losses());
    assertArrayEquals(unbroken.parameters.get(0), broken.parameters.get(0));
    for (String file : List.of("adapter_model.safetensors", "optimizer.safetensors")) {
      assertArrayEquals(last(unbroken, file), last(broken, file), file);
    }
  }

  @Test
  void anyNumberOfRanksGoesOnFromAnyOther() {
    TrialRun unbroken = run("llama", "lora_dropout", "0.1");
    unbroken.train(1);
    TrialRun broken = run("llama", "lora_dropout", "0.1");
    int[] ranks = {1, 2, 3, 4, 1};
    for (int part = 0; part < ranks.length; part++) {
      broken.stopAfter(4L * (part + 1));
      broken.train(4L * part, ranks[part]);
    }
    assertClose(unbroken, broken);
  }

  @Test
  void aPlantedFp16OverflowHalvesTheScaleAndTheRunGoesOn() {
    TrialRun run = run("llama", "fp16", "true");
    Supplier<? extends TrainableModel> plain = run.models;
    run.models = () -> new PlantedOverflow(plain.get(), 3);
    SegmentResult result = run.train(2);
    assertEquals(0, result.skipped());
    for (StepReport report : run.reports) {
      assertEquals(report.step() == 4 ? Kind.OVERFLOW : Kind.APPLIED, report.kind());
    }
    // the schedule stands still in the overflow step
    assertEquals(1e-3 * 17 / 20, run.reports.get(3).learningRate(), 1e-12);
    assertEquals(1e-3 * 17 / 20, run.reports.get(4).learningRate(), 1e-12);
    double expected = numbers(new Golden("llama"), "loss").get(0);
    assertEquals(expected, run.losses().get(0), 0.01 * expected);
  }

  @Test
  void aNewAdapterBeginsTheSameOnAllRanksAndByItsSeed() {
    TrialRun one = run("llama", "previous_lora_weights", "");
    one.train(1);
    TrialRun two = run("llama", "previous_lora_weights", "");
    two.train(2);
    assertClose(one, two);
    TrialRun other = run("llama", "previous_lora_weights", "", "seed", "43");
    other.train(1);
    assertEquals(one.losses().get(0), other.losses().get(0));
    assertNotEquals(one.losses().get(1), other.losses().get(1));
  }

  @Test
  void aPreviousAdapterOfAnotherKindIsRefused() {
    assertEquals(
        "Cannot go on with --previous_lora_weights, its rank is not this run's: 8 (expected 4). Change --lora_rank or give another adapter.",
        refused("lora_rank", "4"));
    assertEquals(
        "Cannot go on with --previous_lora_weights, its scaling is not this run's: 4.0 (expected 2.0). Change --lora_alpha or --rslora or give another adapter.",
        refused("lora_alpha", "16"));
    assertEquals(
        "Cannot go on with --previous_lora_weights, its targets is not this run's: [query_key_value] (expected [q_proj, v_proj]). Change --lora_targets or give another adapter.",
        refused("previous_lora_weights", new Golden("chatglm2").folder("train_init")));
  }

  private String refused(String... flags) {
    TrialRun run = run("llama", flags);
    Failure failure = assertThrows(Failure.class, () -> run.train(1));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    return failure.getMessage();
  }

  private TrialRun run(String family, String... flags) {
    return FixtureRuns.of(family, folder.resolve("run" + runs++), flags);
  }

  private static byte[] last(TrialRun run, String file) {
    return Store.local().readBytes(run.outputDir + "/checkpoint-20/" + file);
  }

  private static void assertClose(TrialRun expected, TrialRun actual) {
    assertEquals(expected.reports.size(), actual.reports.size());
    for (int i = 0; i < expected.reports.size(); i++) {
      assertEquals(expected.losses().get(i), actual.losses().get(i), 1e-5);
    }
    assertArrayEquals(expected.parameters.get(0), actual.parameters.get(0), 2e-5f);
  }

  private static double worst(List<Double> actual, Golden golden, String name) {
    DoubleBuffer expected = numbers(golden, name);
    assertEquals(expected.remaining(), actual.size());
    double worst = 0;
    for (int i = 0; i < actual.size(); i++) {
      worst = Math.max(worst, Math.abs(actual.get(i) - expected.get(i)));
    }
    return worst;
  }

  private static DoubleBuffer numbers(Golden golden, String name) {
    return golden.tensors("train.safetensors").get(name).data().asDoubleBuffer();
  }

  private static double difference(Adapter ours, Adapter expected) {
    double worst = 0;
    for (Map.Entry<String, TensorValue> tensor : expected.tensors().entrySet()) {
      float[] values = ours.tensors().get(tensor.getKey()).floats();
      float[] wanted = tensor.getValue().floats();
      assertEquals(wanted.length, values.length);
      for (int i = 0; i < wanted.length; i++) {
        worst = Math.max(worst, Math.abs(values[i] - wanted[i]));
      }
    }
    assertTrue(ours.tensors().keySet().equals(expected.tensors().keySet()));
    return worst;
  }
}
