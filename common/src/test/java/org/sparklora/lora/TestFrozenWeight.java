package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sparklora.evaluation.Score;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.model.Decoder;
import org.sparklora.model.FrozenProjection;
import org.sparklora.model.FrozenWeight;
import org.sparklora.model.Golden;
import org.sparklora.model.InputGradient;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.Pass;
import org.sparklora.model.TrainingPass;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/** Weights that lie in memory in a form of their own, made into matrices for each product. */
class TestFrozenWeight {
  private static final Golden GOLDEN = new Golden("chatglm2"); // its projections have biases
  private static final PackedBatch BATCH =
      Golden.pack(GOLDEN.features().subList(0, 3), "target", 0);

  /** Holds -W, and makes W of it each time. */
  private record Negative(NDArray stored) implements FrozenWeight {
    private NDArray matrix(Pass pass) {
      NDArray matrix = pass.tensor("copied", stored);
      pass.run("scale_rounded_", matrix, -1.0);
      return matrix;
    }

    @Override
    public NDArray product(NDArray x, NDArray bias, Pass pass) {
      return bias == null
          ? pass.tensor("linear", x, matrix(pass))
          : pass.tensor("linear_bias", x, matrix(pass), bias);
    }

    @Override
    public void backward(NDArray grad, Pass pass, InputGradient input) {
      input.addProduct(grad, matrix(pass), pass);
    }

    @Override
    public Optional<NDArray> plain() {
      return Optional.empty();
    }
  }

  /** What a decoder makes of the batch. */
  private record Made(Score score, float[][] logits, float[] gradient) {}

  @BeforeAll
  static void start() {
    TorchEngine.start(1);
  }

  @Test
  void anotherFormOfTheWeightsChangesNothing() {
    Made plain = made(frozen -> frozen);
    Made other = made(TestFrozenWeight::negative);
    assertEquals(plain.score(), other.score());
    for (int i = 0; i < plain.logits().length; i++) {
      assertArrayEquals(plain.logits()[i], other.logits()[i]);
    }
    assertTrue(plain.gradient()[plain.gradient().length - 1] != 0);
    assertArrayEquals(plain.gradient(), other.gradient());
  }

  private static FrozenProjection negative(FrozenProjection frozen) {
    NDArray stored = frozen.weight().plain().orElseThrow().neg();
    return frozen.withWeight(new Negative(stored));
  }

  private static Made made(UnaryOperator<FrozenProjection> form) {
    NDManager owner = TorchEngine.newManager(Device.cpu());
    try (BaseWeights base = BaseWeights.open(Store.local(), GOLDEN.model())) {
      LoraSettings settings = new LoraSettings(4, 8, 0, List.of("query_key_value"), false, 1);
      LowRankAdapters adapters =
          new LowRankAdapters(base.spec().linearModules(), settings, NumberType.FP32, owner);
      try (Decoder decoder =
          Decoder.load(
              base,
              CpuOptions.of(NumberType.FP32, 1),
              owner,
              (module, frozen) -> adapters.adapt(module, form.apply(frozen)))) {
        decoder.addGradient(BATCH, new TrainingPass(1, null, false), adapters.loss());
        float[] gradient = new float[adapters.size()];
        adapters.read(Values.GRADIENT, 0, FloatBuffer.wrap(gradient));
        return new Made(decoder.score(BATCH), decoder.logits(new int[] {5, 6, 7, 8}), gradient);
      }
    }
  }
}
