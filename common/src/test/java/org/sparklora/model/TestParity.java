package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.sparklora.EachFamily;
import org.sparklora.model.Golden.Row;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.weights.TensorValue;

/** The base models against numbers of the published Python code (fixtures, made by golden.py). */
class TestParity {
  private static final int ROWS = 4;

  @EachFamily
  void hiddenStatesEqualThePublishedOnes(String family) {
    Map<String, TensorValue> expected = new Golden(family).tensors("forward.safetensors");
    try (Decoder decoder = decoder(family, NumberType.FP32);
        NDManager scope = TorchEngine.newManager(Device.cpu())) {
      List<NDArray> states =
          decoder.hiddenStates(Golden.ids(expected.get("row0.input_ids")), scope);
      double largest = 0;
      for (int i = 0; i < states.size(); i++) {
        TensorValue state = expected.get("row0.hidden." + stateName(i, states.size()));
        largest =
            Math.max(largest, ParityTable.largest(states.get(i).toFloatArray(), state.floats()));
      }
      ParityTable.check(family, "hidden states, fp32", largest, 5e-5);
    }
  }

  @EachFamily
  void logitsEqualThePublishedOnes(String family) {
    Map<String, TensorValue> expected = new Golden(family).tensors("forward.safetensors");
    try (Decoder decoder = decoder(family, NumberType.FP32)) {
      double largest = 0;
      for (int row = 0; row < ROWS; row++) {
        float[][] logits = decoder.logits(Golden.ids(expected.get("row" + row + ".input_ids")));
        float[] reference = expected.get("row" + row + ".logits").floats();
        largest = Math.max(largest, ParityTable.largest(ParityTable.flat(logits), reference));
      }
      ParityTable.check(family, "logits, fp32", largest, 5e-5);
    }
  }

  @EachFamily
  void rowLossesEqualThePublishedOnesUnderEachPolicy(String family) {
    Golden golden = new Golden(family);
    Map<String, TensorValue> expected = golden.tensors("forward.safetensors");
    try (Decoder decoder = decoder(family, NumberType.FP32)) {
      for (String policy : List.of("answer", "target", "all")) {
        double worst = 0;
        for (int k = 0; k < ROWS; k++) {
          Row row = row(golden, expected, k);
          double reference = reference(expected, k, row, policy);
          double actual = decoder.score(Golden.pack(List.of(row), policy, 0)).nll();
          worst = Math.max(worst, Math.abs(actual - reference) / Math.max(reference, 1e-9));
        }
        ParityTable.check(family, "row losses (relative), " + policy, worst, 1e-5);
      }
    }
  }

  @EachFamily
  void packedRowsLoseAsMuchAsSeparateOnes(String family) {
    Golden golden = new Golden(family);
    List<Row> rows = golden.features().subList(0, 6);
    try (Decoder decoder = decoder(family, NumberType.FP32)) {
      double separate = 0;
      for (Row row : rows) {
        separate += decoder.score(Golden.pack(List.of(row), "target", 0)).nll();
      }
      double packed = decoder.score(Golden.pack(rows, "target", 0)).nll();
      ParityTable.check(
          family, "packed against separate rows", Math.abs(packed - separate) / separate, 1e-6);
    }
  }

  @EachFamily
  void bf16LogitsStayInTheBandOfThePublishedOnes(String family) {
    Golden golden = new Golden(family);
    TensorValue fp32 = golden.tensors("forward.safetensors").get("row0.logits");
    int[] ids = Golden.ids(golden.tensors("forward.safetensors").get("row0.input_ids"));
    double band = golden.index().get("bf16").get("max_abs_diff_to_fp32").asDouble();
    double mean = golden.index().get("bf16").get("mean_abs_diff_to_fp32").asDouble();
    try (Decoder decoder = decoder(family, NumberType.BF16)) {
      float[] logits = ParityTable.flat(decoder.logits(ids));
      float[] reference = fp32.floats();
      double sum = 0;
      for (int i = 0; i < logits.length; i++) {
        sum += Math.abs(logits[i] - reference[i]);
      }
      // The published bf16 numbers differ from fp32 by as much; other roundings, the same size.
      ParityTable.check(
          family, "logits, bf16 (largest)", ParityTable.largest(logits, reference), 1.5 * band);
      ParityTable.check(family, "logits, bf16 (mean)", sum / logits.length, 1.25 * mean);
    }
  }

  @EachFamily
  void greedyAnswersEqualThePublishedOnes(String family) {
    Golden golden = new Golden(family);
    try (Decoder decoder = decoder(family, NumberType.FP32)) {
      GreedyAnswers.check(family, "base", decoder, golden);
    }
  }

  static Decoder decoder(String family, NumberType type) {
    TorchEngine.start(1);
    try (BaseWeights base = BaseWeights.open(Store.local(), new Golden(family).model())) {
      return Decoder.load(
          base, CpuOptions.of(type, 1), TorchEngine.newManager(Device.cpu()), Adaptation.NONE);
    }
  }

  private static String stateName(int index, int count) {
    if (index == 0) {
      return "embed";
    }
    return index == count - 1 ? "final_norm" : "layer" + (index - 1);
  }

  private static Row row(Golden golden, Map<String, TensorValue> expected, int k) {
    int promptLength = golden.index().get("losses").get(k).get("seq_len").asInt();
    return new Row(Golden.ids(expected.get("row" + k + ".input_ids")), promptLength);
  }

  /** {@code answer} is the tail of the stored losses of all tokens. */
  private static double reference(
      Map<String, TensorValue> expected, int k, Row row, String policy) {
    String stored = policy.equals("answer") ? "all" : policy;
    float[] losses = expected.get("row" + k + ".nll." + stored).floats();
    int from = policy.equals("answer") ? row.promptLength() - 1 : 0;
    List<Double> parts = new ArrayList<>();
    for (float loss : Arrays.copyOfRange(losses, from, losses.length)) {
      parts.add((double) loss);
    }
    assertTrue(parts.size() > 0);
    return parts.stream().mapToDouble(Double::doubleValue).sum();
  }
}
