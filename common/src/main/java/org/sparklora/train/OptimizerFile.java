package org.sparklora.train;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.Failure;
import org.sparklora.lora.TrainableModel;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.storage.Store;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;

/**
 * {@code optimizer.safetensors}: AdamW's moments as flat rows in the order of the model's values,
 * the number of updates, and the fp16 scaler.
 */
final class OptimizerFile {
  static final String NAME = "optimizer.safetensors";

  private static final String FIRST_MOMENT = "exp_avg";
  private static final String SECOND_MOMENT = "exp_avg_sq";
  private static final String UPDATES = "step";
  private static final String SCALE = "scaler.scale";
  private static final String GOOD_STEPS = "scaler.good_steps";

  private OptimizerFile() {}

  static byte[] write(TrainableModel model, LoopState state) {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    tensors.put(FIRST_MOMENT, row(model, Values.FIRST_MOMENT));
    tensors.put(SECOND_MOMENT, row(model, Values.SECOND_MOMENT));
    tensors.put(UPDATES, TensorValue.of(new long[] {state.updates}, 1));
    // a power of two, exact in fp32
    tensors.put(SCALE, TensorValue.of(new float[] {(float) state.scaler.scale()}, 1));
    tensors.put(GOOD_STEPS, TensorValue.of(new long[] {state.scaler.goodSteps()}, 1));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      SafetensorsFile.write(bytes, tensors, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot fail as a stream does", e);
    }
    return bytes.toByteArray();
  }

  static void restore(Store store, String path, TrainableModel model, LoopState state) {
    Map<String, TensorValue> tensors = SafetensorsFile.readAll(store, path);
    model.write(Values.FIRST_MOMENT, values(tensors, FIRST_MOMENT, model.size(), path));
    model.write(Values.SECOND_MOMENT, values(tensors, SECOND_MOMENT, model.size(), path));
    state.updates = tensor(tensors, UPDATES, 1, path).longs()[0];
    state.scaler.restore(
        tensor(tensors, SCALE, 1, path).floats()[0],
        tensor(tensors, GOOD_STEPS, 1, path).longs()[0]);
  }

  private static TensorValue row(TrainableModel model, Values which) {
    float[] values = new float[model.size()];
    model.read(which, FloatBuffer.wrap(values));
    return TensorValue.of(values, values.length);
  }

  private static FloatBuffer values(
      Map<String, TensorValue> tensors, String name, int size, String path) {
    return FloatBuffer.wrap(tensor(tensors, name, size, path).floats());
  }

  private static TensorValue tensor(
      Map<String, TensorValue> tensors, String name, int size, String path) {
    TensorValue value = tensors.get(name);
    if (value == null || value.elements() != size) {
      throw Failure.input(
          "Cannot resume, the optimizer's state does not fit the adapter: %s is %s in %s (expected %d values). Resume from another checkpoint."
              .formatted(name, value == null ? "missing" : value, path, size));
    }
    return value;
  }
}
