package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.sparklora.Failure;
import org.sparklora.adapter.Adapter;
import org.sparklora.lora.TrainableModel.AdamStep;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.model.Golden;
import org.sparklora.model.Golden.Row;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.ParityTable;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;

class TestLoraModel {
  private static final Golden GOLDEN = new Golden("llama");
  private static final List<Row> ROWS = GOLDEN.features().subList(0, 4);
  private static final List<List<Integer>> TOGETHER = List.of(List.of(0, 1, 2, 3));

  @Test
  void newAdapterChangesNothingAndHasKaimingUniformA() {
    try (LoraModel model = open(settings(0.1), Checkpointing.OFF)) {
      Adapter adapter = model.adapter("tiny-llama");
      float[] a = adapter.a("model.layers.0.self_attn.q_proj").floats();
      float[] b = adapter.b("model.layers.0.self_attn.q_proj").floats();
      double bound = 1 / Math.sqrt(64);
      double squares = 0;
      for (float value : a) {
        assertTrue(Math.abs(value) <= bound);
        squares += (double) value * value;
      }
      assertEquals(bound * bound / 3, squares / a.length, 0.1 * bound * bound);
      assertArrayEquals(new float[b.length], b);
      assertEquals(8, model.settings().rank());
      assertEquals(4 * 8 * (64 + 64), model.size());
    }
  }

  @Test
  void firstValuesDependOnTheSeedOnly() {
    float[] one = parameters(settings(0));
    assertArrayEquals(one, parameters(settings(0)));
    LoraSettings other = new LoraSettings(8, 32, 0, List.of("q_proj", "v_proj"), false, 43);
    assertTrue(ParityTable.largest(parameters(other), one) > 0.01);
  }

  @Test
  void dropoutIsTheSameForAnyMicroBatchesAndOrderOfRows() {
    try (LoraModel model = open(settings(0.3), Checkpointing.OFF)) {
      perturb(model);
      float[] together = gradient(model, TOGETHER, 7);
      float[] apart = gradient(model, List.of(List.of(0), List.of(1), List.of(2), List.of(3)), 7);
      float[] dealt = gradient(model, List.of(List.of(3, 1), List.of(2, 0)), 7);
      double size = ParityTable.largest(together, new float[together.length]);
      ParityTable.check(
          "llama",
          "gradient with dropout, rows apart",
          ParityTable.largest(apart, together) / size,
          1e-5);
      ParityTable.check(
          "llama",
          "gradient with dropout, rows dealt",
          ParityTable.largest(dealt, together) / size,
          1e-5);
    }
  }

  @Test
  void dropoutChangesWithTheStepAndIsOffInEvaluation() {
    try (LoraModel model = open(settings(0.3), Checkpointing.OFF);
        LoraModel plain = open(settings(0), Checkpointing.OFF)) {
      perturb(model);
      perturb(plain);
      float[] seventh = gradient(model, TOGETHER, 7);
      assertTrue(ParityTable.largest(seventh, gradient(model, TOGETHER, 8)) > 1e-4);
      assertArrayEquals(seventh, gradient(model, TOGETHER, 7));
      PackedBatch batch = Golden.pack(ROWS, "target", 0);
      assertEquals(plain.decoder().score(batch).nll(), model.decoder().score(batch).nll());
    }
  }

  @Test
  void checkpointingSeesTheSameDropout() {
    try (LoraModel kept = open(settings(0.3), Checkpointing.OFF);
        LoraModel twice = open(settings(0.3), Checkpointing.ON)) {
      perturb(kept);
      perturb(twice);
      assertArrayEquals(gradient(kept, TOGETHER, 3), gradient(twice, TOGETHER, 3));
    }
  }

  @Test
  void everyLinearModuleCanBeATarget() {
    List<String> targets =
        List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");
    LoraSettings all = new LoraSettings(4, 8, 0.2, targets, true, 1);
    try (LoraModel kept = open(all, Checkpointing.OFF);
        LoraModel twice = open(all, Checkpointing.ON)) {
      perturb(kept);
      perturb(twice);
      float[] gradient = gradient(kept, TOGETHER, 3);
      assertArrayEquals(gradient, gradient(twice, TOGETHER, 3));
      double slope = slope(gradient);
      assertEquals(slope, measuredSlope(kept), 2e-2 * Math.abs(slope));
    }
  }

  @Test
  void rowsWithoutLabelsTrainNothing() {
    Row row = new Row(ROWS.get(0).ids(), ROWS.get(0).ids().length);
    PackedBatch batch = Golden.pack(List.of(row), "answer", 0);
    try (LoraModel model = open(settings(0), Checkpointing.OFF)) {
      model.clearGradient();
      model.accumulate(batch, 1, 0);
      assertEquals(0, model.loss());
      assertEquals(0, model.decoder().score(batch).nll());
      assertEquals(0, GradientNorm.of(model));
    }
  }

  @Test
  void flatRowsGoThroughDirectBuffersUnchanged() {
    try (LoraModel model = open(settings(0), Checkpointing.OFF)) {
      int size = model.size();
      for (Values values : Values.values()) {
        FloatBuffer sent = direct(size);
        for (int i = 0; i < size; i++) {
          sent.put(i, i * 0.5f + values.name().length());
        }
        model.write(values, sent.duplicate());
        FloatBuffer received = direct(size);
        model.read(values, received);
        assertEquals(sent, received.flip());
      }
    }
  }

  @Test
  void fingerprintsOfBasesDiffer() {
    Set<String> fingerprints = new TreeSet<>();
    for (String family : List.of("llama", "qwen2")) {
      try (BaseWeights base = BaseWeights.open(Store.local(), new Golden(family).model())) {
        fingerprints.add(base.fingerprint());
      }
    }
    assertEquals(2, fingerprints.size());
  }

  @Test
  void adapterOfAnotherBaseIsRefused() {
    Adapter foreign;
    try (LoraModel model = open(settings(0), Checkpointing.OFF)) {
      foreign = model.adapter("llama");
    }
    String qwen = new Golden("qwen2").model();
    ComputeOptions options = CpuOptions.of(NumberType.FP32, 1);
    Failure failure;
    try (BaseWeights base = BaseWeights.open(Store.local(), qwen)) {
      failure = assertThrows(Failure.class, () -> LoraModel.open(base, foreign, options));
    }
    assertEquals(
        "Cannot load the adapter, a shape is wrong in"
            + " base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight: [64, 8] (expected"
            + " [16, 8]). Give an adapter of this base, or change --model_checkpoint.",
        failure.getMessage());
  }

  @Test
  void adapterOfAnotherRankOrOtherTargetsIsRefused() {
    LoraSettings rankFour = new LoraSettings(4, 32, 0, List.of("q_proj"), false, 1);
    LoraSettings queriesOnly = new LoraSettings(8, 32, 0, List.of("q_proj"), false, 1);
    try (LoraModel model = open(settings(0), Checkpointing.OFF);
        LoraModel narrow = open(rankFour, Checkpointing.OFF);
        LoraModel fewer = open(queriesOnly, Checkpointing.OFF)) {
      assertEquals(
          "Cannot load the adapter, its rank is another: 4 (expected 8). Give an adapter of this"
              + " base, or change --lora_rank.",
          assertThrows(Failure.class, () -> model.load(narrow.adapter(""))).getMessage());
      assertEquals(
          "Cannot load the adapter, it lacks a tensor: none (expected"
              + " base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight). Give an adapter"
              + " of this base, or change --lora_targets.",
          assertThrows(Failure.class, () -> model.load(fewer.adapter(""))).getMessage());
      assertEquals(
          "Cannot load the adapter, it holds tensors for other modules:"
              + " base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight (expected"
              + " q_proj). Give an adapter of this base, or change --lora_targets.",
          assertThrows(Failure.class, () -> fewer.load(model.adapter(""))).getMessage());
    }
  }

  @Test
  void weightDecayShrinksParametersWithoutGradient() {
    try (LoraModel model = open(settings(0), Checkpointing.OFF)) {
      float[] before = parameters(model);
      model.clearGradient();
      model.update(new AdamStep(1, 1, 0.1, 0.5));
      float[] after = parameters(model);
      for (int i = 0; i < after.length; i++) {
        assertEquals(before[i] * 0.95f, after[i], 1e-7);
      }
      assertNotEquals(before[0], after[0]);
    }
  }

  private static LoraSettings settings(double dropout) {
    return new LoraSettings(8, 32, dropout, List.of("q_proj", "v_proj"), false, 42);
  }

  private static LoraModel open(LoraSettings settings, Checkpointing checkpointing) {
    return LoraModel.open(
        Store.local(),
        GOLDEN.model(),
        settings,
        new ComputeOptions(NumberType.FP32, 1, DeviceAddress.CPU, checkpointing, ""));
  }

  /** Puts values into B, or there is no gradient in A. */
  private static void perturb(LoraModel model) {
    float[] values = parameters(model);
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (0.05 * Math.sin(i));
    }
    model.write(Values.PARAMETERS, FloatBuffer.wrap(values));
  }

  private static float[] parameters(LoraSettings settings) {
    try (LoraModel model = open(settings, Checkpointing.OFF)) {
      return parameters(model);
    }
  }

  private static float[] parameters(LoraModel model) {
    float[] values = new float[model.size()];
    model.read(Values.PARAMETERS, FloatBuffer.wrap(values));
    return values;
  }

  /** Gradient of a step whose rows are cut into these micro-batches. */
  private static float[] gradient(LoraModel model, List<List<Integer>> batches, long step) {
    model.clearGradient();
    for (List<Integer> batch : batches) {
      List<Row> rows = new ArrayList<>();
      batch.forEach(row -> rows.add(ROWS.get(row)));
      PackedBatch packed = Golden.pack(rows, "target", 0);
      for (int i = 0; i < batch.size(); i++) {
        packed.rowPositions()[i] = batch.get(i);
      }
      model.accumulate(packed, 0.01, step);
    }
    float[] gradient = new float[model.size()];
    model.read(Values.GRADIENT, FloatBuffer.wrap(gradient));
    return gradient;
  }

  /** Change of the loss along a fixed direction, from its values on both sides. */
  private static double measuredSlope(LoraModel model) {
    float[] at = parameters(model);
    double[] losses = new double[2];
    for (int side = 0; side < 2; side++) {
      float[] moved = at.clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += (float) ((side == 0 ? -1 : 1) * 1e-3 * direction(i));
      }
      model.write(Values.PARAMETERS, FloatBuffer.wrap(moved));
      model.clearGradient();
      model.accumulate(Golden.pack(ROWS, "target", 0), 1, 3);
      losses[side] = 0.01 * model.loss();
    }
    return (losses[1] - losses[0]) / 2e-3;
  }

  private static double slope(float[] gradient) {
    double slope = 0;
    for (int i = 0; i < gradient.length; i++) {
      slope += gradient[i] * direction(i);
    }
    return slope;
  }

  private static double direction(int i) {
    return Math.cos(3.7 * i);
  }

  private static FloatBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size * 4).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
