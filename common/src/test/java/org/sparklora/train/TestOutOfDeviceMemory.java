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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.lora.TrainableModel;

/** A device whose memory does not suffice, in the middle of a step. Rows have 3 to 22 tokens. */
class TestOutOfDeviceMemory {
  private static final PlantedRows TABLE = PlantedRows.random(50);

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
        "The device ran out of memory: micro-batches became smaller, from 1000 to (\\d+) tokens. Give --max_tokens_per_micro_batch \\1 next time\\.";
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
        "Cannot go on training, one row does not fit into the device's memory: its (1[3-9]|2[0-9]) tokens (expected room beside the weights). Tokenize with a lower --max_seq_length, train with --gradient_checkpointing on, fewer --lora_targets or a smaller base, or on a device with more memory. There: RuntimeError: "
            .replace(
                "(expected room beside the weights)", "\\(expected room beside the weights\\)");
    assertTrue(
        failure.getMessage().matches(expected + Pattern.quote(SmallDevice.SAID)),
        failure.getMessage());
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
