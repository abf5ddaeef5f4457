package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.model.Golden;
import org.sparklora.model.Golden.Row;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;

/**
 * Rows of more than one of the blocks of queries that attention's backward in bf16 is made of, and
 * padded ones.
 */
class TestLongRows {
  private static final String MODEL = new Golden("llama").model();

  /** Distance of the gradients ÷ length of the one in fp32; rounding to bf16 is about 0.004. */
  private static final double BAND = 0.03;

  @ParameterizedTest
  @CsvSource({"17, 1", "33, 1", "50, 49", "200, 100", "300, 150", "700, 350"})
  void gradientInBf16IsThatInFp32(int tokens, int prompt) {
    float[] exact = gradient(NumberType.FP32, tokens, prompt);
    float[] rounded = gradient(NumberType.BF16, tokens, prompt);
    double distance = 0;
    double length = 0;
    for (int i = 0; i < exact.length; i++) {
      distance += Math.pow(exact[i] - rounded[i], 2);
      length += Math.pow(exact[i], 2);
    }
    double off = Math.sqrt(distance / length);
    assertTrue(off < BAND, "off by " + off);
  }

  private static float[] gradient(NumberType type, int tokens, int prompt) {
    int[] ids = IntStream.range(0, tokens).map(i -> 3 + (i * 31 + i / 7) % 200).toArray();
    PackedBatch batch = Golden.pack(List.of(new Row(ids, prompt)), "target", 0);
    try (LoraModel model = open(type)) {
      float[] values = new float[model.size()];
      model.read(Values.PARAMETERS, FloatBuffer.wrap(values));
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (0.05 * Math.sin(i));
      }
      model.write(Values.PARAMETERS, FloatBuffer.wrap(values));
      model.clearGradient();
      model.accumulate(batch, 1.0 / batch.labelled(), 0);
      model.read(Values.GRADIENT, FloatBuffer.wrap(values));
      return values;
    }
  }

  private static LoraModel open(NumberType type) {
    LoraSettings settings = new LoraSettings(8, 32, 0, List.of("q_proj", "v_proj"), false, 42);
    return LoraModel.open(Store.local(), MODEL, settings, CpuOptions.of(type, 1));
  }
}
