package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.lora.TrainableModel;

/** A device whose memory does not suffice, in the middle of a step. Rows have 3 to 22 tokens. */
class TestOutOfDeviceMemory {
  private static final PlantedRows TABLE = PlantedRows.random(50);
  private static final PlantedRows HELD_OUT = PlantedRows.random(37);

  @TempDir private Path folder;
  private int runs;

  @Test
  void theStepIsDoneAgainWithLessAndTheResultIsTheSame() {
    TrialRun wide = run("1000");
    SegmentResult expected = wide.train(1);
    SmallDevice device = SmallDevice.of(30);
    TrialRun small = run("1000");
    small.models = () -> device;
    SegmentResult result = small.train(1);
    assertArrayEquals(wide.parameters.get(0), small.parameters.get(0), 1e-5f);
    assertEquals(expected.lastLoss(), result.lastLoss(), 1e-5);
    assertTrue(Collections.max(device.tried) > 30);
  }

  @Test
  void theSmallerSizeIsKeptAndSaid() {
    SmallDevice device = SmallDevice.of(30);
    TrialRun run = run("1000");
    run.models = () -> device;
    String warning = String.join("\n", run.train(1).warnings());
    long inVain = device.tried.stream().filter(tokens -> tokens > 30).count();
    assertTrue(inVain <= 3, "tried in vain: " + device.tried);
    String said =
        "The device ran out of memory: micro-batches became smaller, from 1000 to (\\d+) tokens."
            + " Give --max_tokens_per_micro_batch \\1 next time\\.";
    assertTrue(warning.matches("(?s).*" + said + ".*"), warning);
  }

  @Test
  void ranksMayDifferInWhatTheyHoldAtOnce() {
    TrialRun wide = run("1000");
    wide.train(2);
    List<TrainableModel> models =
        Collections.synchronizedList(new ArrayList<>(List.of(new TinyModel(), SmallDevice.of(25))));
    TrialRun mixed = run("1000");
    mixed.models = () -> models.remove(0);
    mixed.train(2);
    assertArrayEquals(wide.parameters.get(0), mixed.parameters.get(0), 1e-5f);
    assertArrayEquals(mixed.parameters.get(0), mixed.parameters.get(1));
  }

  @Test
  void layersAreComputedAgainBeforeARowIsGivenUp() {
    SmallDevice device = new SmallDevice(new TinyModel(), 5, true, SmallDevice.SAID);
    TrialRun run = run("1");
    run.models = () -> device;
    assertEquals(20, run.train(1).step());
  }

  @Test
  void aRowThatDoesNotFitIsNamedWithWhatToChange() {
    TrialRun run = run("1000");
    run.models = () -> SmallDevice.of(12);
    Failure failure = assertThrows(Failure.class, () -> run.train(1));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    String expected =
        "Cannot go on training, one row does not fit into the device's memory: row (\\d+) of the feature table \\(the first is 0\\) with (\\d+) tokens (expected room beside the weights). Tokenize with a lower --max_seq_length, train with --gradient_checkpointing on, fewer --lora_targets or a smaller base, or on a device with more memory. There: RuntimeError: "
            .replace(
                "(expected room beside the weights)", "\\(expected room beside the weights\\)");
    Matcher said =
        Pattern.compile(expected + Pattern.quote(SmallDevice.SAID)).matcher(failure.getMessage());
    assertTrue(said.matches(), failure.getMessage());
    int tokens = Integer.parseInt(said.group(2));
    assertTrue(tokens > 12);
    int[] lengths = TABLE.sizes(run.settings.resolved().labelPolicy()).lengths();
    assertEquals(tokens, lengths[Integer.parseInt(said.group(1))]);
  }

  @Test
  void anEvaluationIsDoneWithLessAndComesToTheSame() {
    TrialRun wide = evaluating();
    wide.train(1);
    for (int ranks = 1; ranks <= 2; ranks++) {
      TrialRun small = evaluating();
      small.models = () -> SmallDevice.of(30);
      small.train(ranks);
      assertEquals(wide.evaluations.size(), small.evaluations.size());
      assertEquals(loss(wide, 0), loss(small, 0), 1e-12); // nothing is trained yet
      assertEquals(loss(wide, 3), loss(small, 3), 1e-5);
      assertEquals(HELD_OUT.size(), small.evaluations.get(0).rows());
    }
  }

  @Test
  void aHeldOutRowThatDoesNotFitIsNamed() {
    TrialRun run = evaluating();
    run.models = () -> SmallDevice.of(12);
    Failure failure = assertThrows(Failure.class, () -> run.train(1));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    Matcher said =
        Pattern.compile(
                "Cannot go on evaluating, one row does not fit into the device's memory: row (\\d+)"
                    + " of the held-out table \\(the first is 0\\) with (\\d+) tokens \\(expected"
                    + " room beside the weights\\)\\. Tokenize with a lower --max_seq_length, train"
                    + " with a smaller --base_dtype or base, or on a device with more memory\\."
                    + " There: RuntimeError: "
                    + Pattern.quote(SmallDevice.SAID))
            .matcher(failure.getMessage());
    assertTrue(said.matches(), failure.getMessage());
    int[] lengths = HELD_OUT.sizes(run.settings.resolved().labelPolicy()).lengths();
    assertEquals(
        Integer.parseInt(said.group(2)), lengths[Integer.parseInt(said.group(1))], said.group());
  }

  private TrialRun evaluating() {
    TrialRun run =
        TrialRun.of(
            TABLE,
            folder.resolve("run" + runs++),
            "max_tokens_per_micro_batch",
            "1000",
            "eval_dataset",
            "held out",
            "eval_steps",
            "6");
    run.heldOut = HELD_OUT;
    return run;
  }

  private static double loss(TrialRun run, int evaluation) {
    return run.evaluations.get(evaluation).evaluation().loss();
  }

  @Test
  void otherErrorsAreNotTriedAgain() {
    SmallDevice device =
        new SmallDevice(new TinyModel(), 0, true, "CUDA error: device-side assert triggered");
    TrialRun run = run("1000");
    run.models = () -> device;
    assertThrows(EngineException.class, () -> run.train(1));
    assertEquals(1, device.tried.size());
  }

  private TrialRun run(String tokens) {
    return TrialRun.of(TABLE, folder.resolve("run" + runs++), "max_tokens_per_micro_batch", tokens);
  }
}
