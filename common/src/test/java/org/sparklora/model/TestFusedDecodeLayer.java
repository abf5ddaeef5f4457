package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.sparklora.EachFamily;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.lora.MergedAdaptation;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/** The layer written twice: as a kernel for decoding steps, and in Java. */
class TestFusedDecodeLayer {
  private static final ComputeOptions OPTIONS = CpuOptions.of(NumberType.FP32, 1);

  /** Of each row: steps of one token, of different and of equally many tokens, few and many. */
  private static final int[][] STEP_SIZES = {{1, 1, 1}, {4, 1, 2}, {2, 2, 2}, {1, 3, 1}, {1, 1, 1}};

  @EachFamily
  void layerStepEqualsTheLayer(String family) {
    check(family, false);
  }

  @EachFamily
  void layerStepWithAMergedAdapterEqualsTheLayer(String family) {
    check(family, true);
  }

  private static void check(String family, boolean withAdapter) {
    Golden golden = new Golden(family);
    TorchEngine.start(1);
    try (NDManager owner = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(owner)) {
      DecoderParts parts = parts(golden, withAdapter, owner);
      assertTrue(parts.stepLayers().stream().allMatch(FusedDecodeLayer.class::isInstance));
      Positions positions = new Positions(parts.spec(), parts.type(), owner);
      try (DecodingState fused = new DecodingState(parts, positions, kernels, owner, 3);
          DecodingState inJava =
              new DecodingState(withoutFused(parts), positions, kernels, owner, 3)) {
        String what = withAdapter ? "fused step, merged adapter" : "fused step";
        compare(family, what, golden.features(), List.of(fused, inJava));
      }
    }
  }

  /** Both take the same tokens of the same rows. */
  private static void compare(
      String family, String what, List<Golden.Row> rows, List<DecodingState> both) {
    int[][] prompts =
        rows.stream()
            .limit(3)
            .map(row -> Arrays.copyOf(row.ids(), row.promptLength()))
            .toArray(int[][]::new);
    both.forEach(state -> state.join(prompts));
    double largest = 0;
    for (int[] sizes : STEP_SIZES) {
      int[][] tokens =
          Arrays.stream(sizes).mapToObj(size -> lastIds(prompts[0], size)).toArray(int[][]::new);
      both.forEach(state -> state.advance(tokens));
      largest = Math.max(largest, ParityTable.largest(both.get(0).logits(), both.get(1).logits()));
    }
    ParityTable.check(family, what + " against the layer in Java", largest, 2e-5);
  }

  private static int[] lastIds(int[] prompt, int count) {
    return Arrays.copyOfRange(prompt, prompt.length - count, prompt.length);
  }

  private static DecoderParts parts(Golden golden, boolean withAdapter, NDManager owner) {
    try (BaseWeights base = BaseWeights.open(Store.local(), golden.model())) {
      Adaptation adaptation =
          withAdapter
              ? new MergedAdaptation(
                  AdapterFolder.read(Store.local(), golden.folder("adapter")), owner)
              : Adaptation.NONE;
      return DecoderAssembly.build(base, OPTIONS, owner, adaptation);
    }
  }

  private static DecoderParts withoutFused(DecoderParts parts) {
    return new DecoderParts(
        parts.spec(),
        parts.type(),
        parts.embedding(),
        parts.layers(),
        List.copyOf(parts.layers()),
        parts.head(),
        parts.lowestTrained());
  }
}
