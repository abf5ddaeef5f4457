package org.sparklora.model.load;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.storage.Store;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;

class TestQuantisedWeights {
  private static final String LAYER = "model.layers.0.self_attn.q_proj";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "qweight, I32, of GPTQ or AWQ",
    "weight.absmax, F32, of bitsandbytes",
    "weight.quant_state.bitsandbytes__nf4, U8, of bitsandbytes",
    "SCB, F32, of bitsandbytes",
    "weight_packed, I32, of compressed-tensors",
    "weight_scale_inv, F32, of a kind with scales of its own",
    "weight, I8, I8",
    "weight, F8_E4M3, F8_E4M3",
  })
  void theirNamesAndTypesTell(String ending, ElementType type, String how) throws IOException {
    Files.copy(Fixtures.path("llama", "model/config.json"), folder.resolve("config.json"));
    write(Map.of(LAYER + "." + ending, tensor(type), "model.norm.weight", tensor(ElementType.F32)));
    String message =
        "Cannot use the base model, its weights are quantised: %s.%s is %s in %s (expected weights of F32, F16 or BF16). Take the model that it was made from."
            .formatted(LAYER, ending, how, folder);
    Failure tokenizing =
        assertThrows(
            Failure.class, () -> QuantisedWeights.refuse(Store.local(), folder.toString()));
    assertEquals(message, tokenizing.getMessage());
    assertEquals(ExitCode.INPUT, tokenizing.exitCode());
    Failure training =
        assertThrows(Failure.class, () -> BaseWeights.open(Store.local(), folder.toString()));
    assertEquals(message, training.getMessage());
  }

  @Test
  void modelsThatAreNotOrOfWhichAPartLiesThereAreFine() throws IOException {
    for (String family : Fixtures.FAMILIES) {
      String model = Fixtures.path(family, "model").toString();
      assertDoesNotThrow(() -> QuantisedWeights.refuse(Store.local(), model));
    }
    Files.writeString(folder.resolve("model-00001-of-00002.safetensors"), "version https://git");
    Files.writeString(folder.resolve("model.safetensors.index.json"), "{}");
    assertDoesNotThrow(() -> QuantisedWeights.refuse(Store.local(), folder.toString()));
    assertDoesNotThrow(() -> QuantisedWeights.refuse(Store.local(), folder + "/none"));
  }

  private static TensorValue tensor(ElementType type) {
    return new TensorValue(
        type, List.of(2L, 2L), ByteBuffer.allocate(4 * type.bytes()).asReadOnlyBuffer());
  }

  private void write(Map<String, TensorValue> tensors) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
      SafetensorsFile.write(out, new TreeMap<>(tensors), Map.of());
    }
  }
}
