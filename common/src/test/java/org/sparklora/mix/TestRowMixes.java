package org.sparklora.mix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.EachFamily;
import org.sparklora.Failure;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.lora.MergedAdaptation;
import org.sparklora.lora.RowAdaptation;
import org.sparklora.model.Adaptation;
import org.sparklora.model.Decoder;
import org.sparklora.model.Decoding;
import org.sparklora.model.Golden;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/** Rows of one batch answer with an adapter, or a mix, of their own. */
class TestRowMixes {
  private static final ComputeOptions OPTIONS = CpuOptions.of(NumberType.FP32, 1);
  private static final List<String> MIXES = List.of("a=0", "a", "a=0.5,b=-0.7", "b=2");

  @Test
  void aRowTakesItsMixOfEachRank() {
    Map<String, Adapter> adapters = Map.of("a", Adapters.of(1, 2, 8, false, "q"));
    RowMixes rows = new RowMixes(adapters);
    assertEquals(1, rows.adapter().config().scaling());
    assertArrayEquals(
        new float[] {0.5f, 0.5f},
        rows.shares(AdapterMix.parse("a=0.75,a=-0.25", adapters.keySet())));
    assertNull(rows.shares(AdapterMix.NONE));
    assertNull(rows.shares(AdapterMix.parse("a=1,a=-1", adapters.keySet())));
  }

  @Test
  void aWeightThatFp32CannotHoldIsRefused() {
    Map<String, Adapter> adapters = Map.of("a", Adapters.of(1, 2, 8, false, "q"));
    RowMixes rows = new RowMixes(adapters);
    Failure failure =
        assertThrows(
            Failure.class, () -> rows.shares(AdapterMix.parse("a=-1e39", adapters.keySet())));
    assertEquals(
        "Cannot mix the adapters, a weight is too large: 1.0E39 (expected that fp32 holds what it makes). Lower it.",
        failure.getMessage());
  }

  @EachFamily
  void aMixedBatchEqualsSeparateOnes(String family) {
    TorchEngine.start(1);
    Golden golden = new Golden(family);
    try (BaseWeights base = BaseWeights.open(Store.local(), golden.model())) {
      AdapterShelf shelf = shelf(golden, base);
      int[][] prompts = prompts(golden);
      float[][][] together = together(base, shelf, prompts);
      float[][][] plain = plain(base, prompts);
      for (int row = 0; row < MIXES.size(); row++) {
        float[][] alone = row == 0 ? plain[0] : alone(base, shelf, MIXES.get(row), prompts[row]);
        for (int step = 0; step < together[row].length; step++) {
          assertArrayEquals(alone[step], together[row][step], 1e-4f, MIXES.get(row));
        }
        assertTrue(row == 0 || differ(together[row][0], plain[row][0]));
      }
    }
  }

  private static AdapterShelf shelf(Golden golden, BaseWeights base) {
    Map<String, Adapter> adapters =
        Map.of(
            "a", AdapterFolder.read(Store.local(), golden.folder("adapter")),
            "b", MadeAdapter.of(base.spec(), 3, 3, true));
    return AdapterShelf.of(
        AdapterPlace.parseAll(List.of("a=x", "b=y")), place -> adapters.get(place.name()));
  }

  private static int[][] prompts(Golden golden) {
    return golden.features().stream()
        .limit(MIXES.size())
        .map(row -> Arrays.copyOf(row.ids(), row.promptLength()))
        .toArray(int[][]::new);
  }

  /** Logits of each row: behind its prompt, and behind some tokens more. */
  private static float[][][] together(BaseWeights base, AdapterShelf shelf, int[][] prompts) {
    RowMixes rows = shelf.rowMixes();
    float[][] shares =
        MIXES.stream().map(mix -> rows.shares(shelf.mix(mix))).toArray(float[][]::new);
    return decoded(
        base, owner -> new RowAdaptation(rows.adapter(), NumberType.FP32, owner), prompts, shares);
  }

  private static float[][] alone(BaseWeights base, AdapterShelf shelf, String mix, int[] prompt) {
    Adapter adapter = shelf.adapter(shelf.mix(mix));
    return decoded(
        base, owner -> new MergedAdaptation(adapter, owner), new int[][] {prompt}, new float[1][])[
        0];
  }

  private static float[][][] plain(BaseWeights base, int[][] prompts) {
    return decoded(base, owner -> Adaptation.NONE, prompts, new float[prompts.length][]);
  }

  /** Two steps with all rows, then one in which the last row has taken the place of the second. */
  private static float[][][] decoded(
      BaseWeights base,
      Function<NDManager, Adaptation> adaptation,
      int[][] prompts,
      float[][] shares) {
    NDManager owner = TorchEngine.newManager(Device.cpu());
    try (Decoder decoder = Decoder.load(base, OPTIONS, owner, adaptation.apply(owner));
        Decoding decoding = decoder.decode(prompts.length)) {
      float[][][] logits = new float[prompts.length][0][];
      int[] rows = IntStream.range(0, prompts.length).toArray();
      decoding.join(prompts, shares);
      split(decoding.logits(), rows, logits);
      step(decoding, rows, prompts);
      split(decoding.logits(), rows, logits);
      if (rows.length > 1) {
        rows[1] = rows.length - 1;
        rows = Arrays.copyOf(rows, rows.length - 1);
      }
      decoding.keep(rows, Arrays.stream(rows).map(row -> 1).toArray());
      step(decoding, rows, prompts);
      split(decoding.logits(), rows, logits);
      return logits;
    }
  }

  /** Appends the last token of each row's prompt. */
  private static void step(Decoding decoding, int[] rows, int[][] prompts) {
    decoding.advance(
        Arrays.stream(rows)
            .mapToObj(row -> prompts[row])
            .map(own -> new int[] {own[own.length - 1]})
            .toArray(int[][]::new));
  }

  private static void split(float[] all, int[] rows, float[][][] logits) {
    int vocabulary = all.length / rows.length;
    for (int i = 0; i < rows.length; i++) {
      float[][] own = Arrays.copyOf(logits[rows[i]], logits[rows[i]].length + 1);
      own[own.length - 1] = Arrays.copyOfRange(all, i * vocabulary, (i + 1) * vocabulary);
      logits[rows[i]] = own;
    }
  }

  private static boolean differ(float[] one, float[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs(one[i] - other[i]));
    }
    return largest > 1e-3;
  }
}
