package org.sparklora.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.Fixtures;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.Processor;

/** By hand for the fixture: vocabulary 512, hidden 64, two layers of 4 heads and inner size 112. */
class TestModelNeeds {
  private static final Path PUBLISHED = Path.of("src/test/resources/model/published");
  private static final long MATRICES = 2 * 512 * 64 + 2 * (4 * 64 * 64 + 3 * 64 * 112);
  private static final long KEPT = 3 * 64 + 3 * 64 + 64 + 2 * 112; // numbers of a token in a layer
  private static final long WORKING = 3 * 112 + 8 * 64 + 3 * 3 * 64;
  private static final long ADAPTER = 2 * 2 * 8 * (64 + 64); // q and v of two layers, rank 8
  private static final long CHUNK = (8 << 20) / (4 * 512); // positions
  private static final long MASKS = 1 << 20;
  private static final long ENGINE = 512L << 20;

  @TempDir Path folder;

  private final DecoderSpec tiny =
      DecoderSpec.read(Store.local(), Fixtures.path("llama", "model").toString());

  @Test
  void isTheSumOfWeightsAdapterLossAndTokens() {
    long fixed = ENGINE + 4 * MATRICES + 16 * ADAPTER + 4 * MASKS + CHUNK * 512 * (4 + 2 * 4);
    ModelNeeds needs = needs(tiny, NumberType.FP32, Processor.CPU, "q_proj", "v_proj");
    assertEquals(fixed, needs.fixed());
    assertEquals(
        fixed + 100 * (4 * (2 * KEPT + WORKING) + 4 * 64), needs.bytes(100, Activations.KEPT));
    assertEquals(
        fixed + 100 * (4 * (2 * 64 + KEPT + WORKING) + 4 * 64),
        needs.bytes(100, Activations.COMPUTED_AGAIN));
    assertEquals(0, needs.pinned());
  }

  @Test
  void halfPrecisionHasACopyOfTheAdapterAndAGpuAStagingOfIt() {
    ModelNeeds needs = needs(tiny, NumberType.BF16, Processor.GPU, "q_proj", "v_proj");
    long positions = (512L << 20) / (4 * 512);
    assertEquals(
        2 * MATRICES + 18 * ADAPTER + 2 * MASKS + positions * 512 * (2 + 2 * 4), needs.fixed());
    assertEquals(16 * ADAPTER, needs.pinned());
  }

  @Test
  void adaptersKeepTheInputsOfTheirModules() {
    long usual = needs(tiny, NumberType.FP32, Processor.CPU, "q_proj").perToken(Activations.KEPT);
    assertEquals(
        usual + 2 * 4 * (64 + 112),
        needs(tiny, NumberType.FP32, Processor.CPU, "q_proj", "up_proj", "down_proj")
            .perToken(Activations.KEPT));
  }

  /**
   * Memory as nvidia-smi gives it, in MiB: what of it is free, and how many tokens of LLaMA-7B in
   * bf16 can be computed at once with activations kept, and computed again.
   */
  @ParameterizedTest
  @CsvSource({
    "16384, 0, 0", // V100, T4
    "24576, 2300, 13700", // 3090, 4090, L4
    "40960, 7000, 41600", // A100
    "81559, 18700, 110700", // H100
    "143771, 36600, 216600" // H200
  })
  void aSevenBillionModelFits(long mebibytes, int kept, int again) throws Exception {
    ModelNeeds needs =
        needs(published("Llama-2-7b-chat-hf"), NumberType.BF16, Processor.GPU, "q_proj", "v_proj");
    long room = Room.ofGpu((mebibytes - 500) << 20);
    assertEquals(kept, hundreds(needs.mostTokens(room, Activations.KEPT)));
    assertEquals(again, hundreds(needs.mostTokens(room, Activations.COMPUTED_AGAIN)));
  }

  @Test
  void whatFitsNeedsNoMoreThanTheRoom() throws Exception {
    for (String name : List.of("Llama-2-7b-chat-hf", "chatglm2-6b", "Qwen3-8B", "gemma-3-1b-it")) {
      DecoderSpec spec = published(name);
      ModelNeeds needs =
          new ModelNeeds(spec, NumberType.BF16, Processor.GPU, spec.linearModules(), 64);
      for (Activations activations : Activations.values()) {
        long room = Room.ofGpu(80L << 30);
        int tokens = needs.mostTokens(room, activations);
        assertTrue(needs.bytes(tokens, activations) <= room, name);
        assertTrue(needs.bytes(tokens + 1L, activations) > room, name);
      }
      assertEquals(0, needs.mostTokens(0, Activations.KEPT));
    }
  }

  /** Rounded, as {@code docs/gpu.md} has them. */
  private static int hundreds(int tokens) {
    return Math.round(tokens / 100f) * 100;
  }

  private static ModelNeeds needs(
      DecoderSpec spec, NumberType type, Processor processor, String... targets) {
    List<LinearModule> adapted =
        spec.linearModules().stream()
            .filter(m -> List.of(targets).contains(m.shortName()))
            .toList();
    return new ModelNeeds(spec, type, processor, adapted, 8);
  }

  private DecoderSpec published(String name) throws Exception {
    Path model = Files.createDirectories(folder.resolve(name));
    Files.copy(PUBLISHED.resolve(name + ".json"), model.resolve("config.json"));
    return DecoderSpec.read(Store.local(), model.toString());
  }
}
