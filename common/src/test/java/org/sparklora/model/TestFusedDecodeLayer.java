package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.sparklora.EachFamily;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.lora.MergedAdaptation;
import org.sparklora.lora.RowAdaptation;
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
    check(family, Beside.NOTHING);
  }

  @EachFamily
  void layerStepWithAMergedAdapterEqualsTheLayer(String family) {
    check(family, Beside.MERGED);
  }

  @EachFamily
  void layerStepWithAnAdapterOfWhichRowsTakeSharesEqualsTheLayer(String family) {
    check(family, Beside.SHARED);
  }

  private enum Beside {
    NOTHING("fused step"),
    MERGED("fused step, merged adapter"),
    SHARED("fused step, shared adapter");

    final String what;

    Beside(String what) {
      this.what = what;
    }
  }

  private static void check(String family, Beside beside) {
    Golden golden = new Golden(family);
    TorchEngine.start(1);
    try (NDManager owner = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(owner)) {
      DecoderParts parts = parts(golden, beside, owner);
      assertTrue(parts.stepLayers().stream().allMatch(FusedDecodeLayer.class::isInstance));
      Positions positions = new Positions(parts.spec(), parts.type(), owner);
      try (DecodingState fused = new DecodingState(parts, positions, kernels, owner, 3);
          DecodingState inJava =
              new DecodingState(withoutFused(parts), positions, kernels, owner, 3)) {
        compare(family, beside, golden.features(), List.of(fused, inJava));
      }
    }
  }

  /** Both take the same tokens of the same rows. */
  private static void compare(
      String family, Beside beside, List<Golden.Row> rows, List<DecodingState> both) {
    int[][] prompts =
        rows.stream()
            .limit(3)
            .map(row -> Arrays.copyOf(row.ids(), row.promptLength()))
            .toArray(int[][]::new);
    float[][] shares = beside == Beside.SHARED ? shares(family) : new float[3][];
    both.forEach(state -> state.join(prompts, shares));
    double largest = 0;
    for (int[] sizes : STEP_SIZES) {
      int[][] tokens =
          Arrays.stream(sizes).mapToObj(size -> lastIds(prompts[0], size)).toArray(int[][]::new);
      both.forEach(state -> state.advance(tokens));
      largest = Math.max(largest, ParityTable.largest(both.get(0).logits(), both.get(1).logits()));
    }
    ParityTable.check(family, beside.what + " against the layer in Java", largest, 2e-5);
  }

  /** The base, the whole adapter, and each rank otherwise. */
  private static float[][] shares(String family) {
    Adapter adapter = adapter(new Golden(family));
    float[] all = new float[adapter.config().rank()];
    float[] some = new float[all.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) adapter.config().scaling();
      some[i] = 1 - i * 0.7f;
    }
    return new float[][] {null, all, some};
  }

  private static Adapter adapter(Golden golden) {
    return AdapterFolder.read(Store.local(), golden.folder("adapter"));
  }

  private static int[] lastIds(int[] prompt, int count) {
    return Arrays.copyOfRange(prompt, prompt.length - count, prompt.length);
  }

  private static DecoderParts parts(Golden golden, Beside beside, NDManager owner) {
    try (BaseWeights base = BaseWeights.open(Store.local(), golden.model())) {
      Adaptation adaptation =
          switch (beside) {
            case NOTHING -> Adaptation.NONE;
            case MERGED -> new MergedAdaptation(adapter(golden), owner);
            case SHARED -> new RowAdaptation(adapter(golden), NumberType.FP32, owner);
          };
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
