package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparklora.EachFamily;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.lora.TrainableModel.AdamStep;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.model.Golden;
import org.sparklora.model.Golden.Row;
import org.sparklora.model.ParityTable;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;
import org.sparklora.weights.TensorValue;

/** Training against numbers of PEFT (fixtures, made by golden.py): 20 steps of 4 rows. */
class TestTrajectory {
  private static final int STEPS = 20;
  private static final double RATE = 1e-3;

  @EachFamily
  void firstGradientsEqualPefts(String family) {
    Golden golden = new Golden(family);
    Map<String, TensorValue> expected = golden.tensors("train.safetensors");
    double largest = 0;
    try (LoraModel model = open(golden, Checkpointing.OFF, NumberType.FP32)) {
      for (int step = 0; step < 2; step++) {
        runStep(model, golden, step, 4);
        largest = Math.max(largest, gradientDifference(model, expected, step));
        update(model, step);
      }
    }
    ParityTable.check(family, "gradients of steps 0 and 1", largest, 1e-5);
  }

  /** {@code TestLoraTraining} splits further, over ranks too. */
  @EachFamily
  void trajectoryEqualsPeftsForAnySplit(String family) {
    Golden golden = new Golden(family);
    checkTrajectory(golden, family, "20 steps, micro-batches of 4, ", Checkpointing.OFF, 4);
    checkTrajectory(golden, family, "20 steps, checkpointing, ", Checkpointing.ON, 2);
  }

  @EachFamily
  void checkpointingGivesTheSameGradientBitByBit(String family) {
    Golden golden = new Golden(family);
    float[] kept = gradient(golden, Checkpointing.OFF, NumberType.FP32);
    float[] recomputed = gradient(golden, Checkpointing.ON, NumberType.FP32);
    ParityTable.check(
        family, "gradient, checkpointing on against off", ParityTable.largest(recomputed, kept), 0);
  }

  @EachFamily
  void bf16TrainingStaysNearItsFp32Twin(String family) {
    Golden golden = new Golden(family);
    TensorValue expected = golden.tensors("train.safetensors").get("loss");
    double worst = 0;
    try (LoraModel model = open(golden, Checkpointing.OFF, NumberType.BF16)) {
      for (int step = 0; step < STEPS; step++) {
        double reference = expected.data().asDoubleBuffer().get(step);
        worst = Math.max(worst, Math.abs(runStep(model, golden, step, 4) - reference) / reference);
        update(model, step);
      }
    }
    ParityTable.check(family, "20 steps in bf16, loss (relative)", worst, 0.03);
  }

  private static void checkTrajectory(
      Golden golden, String family, String name, Checkpointing checkpointing, int rowsPerBatch) {
    Map<String, TensorValue> expected = golden.tensors("train.safetensors");
    double loss = 0;
    double norm = 0;
    try (LoraModel model = open(golden, checkpointing, NumberType.FP32)) {
      for (int step = 0; step < STEPS; step++) {
        double actual = runStep(model, golden, step, rowsPerBatch);
        loss = Math.max(loss, Math.abs(actual - number(expected, "loss", step)));
        norm = Math.max(norm, Math.abs(update(model, step) - number(expected, "grad_norm", step)));
      }
      Adapter last = AdapterFolder.read(Store.local(), golden.folder("train_final"));
      ParityTable.check(family, name + "loss", loss, 1e-5);
      ParityTable.check(family, name + "gradient norm", norm, 1e-5);
      ParityTable.check(
          family, name + "final adapter", difference(model.adapter("base"), last), 2e-5);
    }
  }

  /** Fills the gradient; returns the loss per label. */
  private static double runStep(LoraModel model, Golden golden, int step, int rowsPerBatch) {
    List<Row> rows = rows(golden, step);
    int labels = Golden.pack(rows, golden.policy(), 0).labelled();
    model.clearGradient();
    for (int i = 0; i < rows.size(); i += rowsPerBatch) {
      List<Row> part = rows.subList(i, Math.min(rows.size(), i + rowsPerBatch));
      model.accumulate(Golden.pack(part, golden.policy(), i), 1.0 / labels, step);
    }
    return model.loss() / labels;
  }

  /** Clips, steps, and returns the norm before clipping. */
  private static double update(LoraModel model, int step) {
    double norm = GradientNorm.of(model);
    assertTrue(Double.isFinite(norm));
    double rate = RATE * (STEPS - step) / STEPS;
    double clip = Math.min(1, 1 / (norm + 1e-6));
    model.update(new AdamStep(step + 1, clip, rate, 0));
    return norm;
  }

  private static float[] gradient(Golden golden, Checkpointing checkpointing, NumberType type) {
    try (LoraModel model = open(golden, checkpointing, type)) {
      model.load(AdapterFolder.read(Store.local(), golden.folder("adapter")));
      runStep(model, golden, 0, 4);
      float[] gradient = new float[model.size()];
      model.read(Values.GRADIENT, FloatBuffer.wrap(gradient));
      return gradient;
    }
  }

  private static double gradientDifference(
      LoraModel model, Map<String, TensorValue> expected, int step) {
    float[] gradient = new float[model.size()];
    model.read(Values.GRADIENT, FloatBuffer.wrap(gradient));
    float[] parameters = new float[gradient.length];
    model.read(Values.PARAMETERS, FloatBuffer.wrap(parameters));
    // The gradient in the adapter's names: written as parameters, exported, and put back.
    model.write(Values.PARAMETERS, FloatBuffer.wrap(gradient));
    Adapter named = model.adapter("base");
    model.write(Values.PARAMETERS, FloatBuffer.wrap(parameters));
    double largest = 0;
    for (Map.Entry<String, TensorValue> tensor : named.tensors().entrySet()) {
      TensorValue reference = expected.get("grad.step" + step + "." + tensor.getKey());
      largest =
          Math.max(largest, ParityTable.largest(tensor.getValue().floats(), reference.floats()));
    }
    return largest;
  }

  private static double difference(Adapter actual, Adapter expected) {
    assertEquals(expected.tensors().keySet(), actual.tensors().keySet());
    double largest = 0;
    for (String name : expected.tensors().keySet()) {
      float[] values = actual.tensors().get(name).floats();
      largest =
          Math.max(largest, ParityTable.largest(values, expected.tensors().get(name).floats()));
    }
    return largest;
  }

  private static List<Row> rows(Golden golden, int step) {
    long[] order = golden.tensors("train.safetensors").get("rows").longs();
    List<Row> table = golden.features();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.add(table.get((int) order[step * 4 + i]));
    }
    return rows;
  }

  private static double number(Map<String, TensorValue> tensors, String name, int index) {
    return tensors.get(name).data().asDoubleBuffer().get(index);
  }

  private static LoraModel open(Golden golden, Checkpointing checkpointing, NumberType type) {
    Adapter first = AdapterFolder.read(Store.local(), golden.folder("train_init"));
    ComputeOptions options = new ComputeOptions(type, 1, DeviceAddress.CPU, checkpointing, "");
    return StartedModel.open(golden.model(), first, options);
  }
}
