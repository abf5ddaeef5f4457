package org.sparklora.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.storage.Store;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;
import org.sparklora.weights.TorchFile;

class TestAdapterFolder {
  private static final AdapterConfig CONFIG =
      new AdapterConfig(2, 4, 0, List.of("q"), false, "base");

  @TempDir Path folder;

  private final Store store = Store.local();

  static Stream<String> families() {
    return Fixtures.FAMILIES.stream();
  }

  @ParameterizedTest
  @MethodSource("families")
  void goesThroughBothFilesUnchanged(String family) throws IOException {
    Adapter golden = read(Fixtures.path(family, "golden/adapter"));
    assertEquals(8, golden.config().rank());
    assertEquals(4.0, golden.config().scaling());

    Map<String, byte[]> files = AdapterFolder.files(golden);
    assertEquals(
        List.of("adapter_model.safetensors", "adapter_model.bin", "adapter_config.json"),
        List.copyOf(files.keySet()));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }

    assertEquals(golden, read(folder));
    assertEquals(
        SafetensorsFile.readAll(store, folder + "/adapter_model.safetensors"),
        TorchFile.readAll(store, folder + "/adapter_model.bin"));
    Files.delete(folder.resolve("adapter_model.safetensors"));
    assertEquals(golden, read(folder), "the .bin alone");
  }

  @ParameterizedTest
  @MethodSource("families")
  void namesItsModulesAndMatrices(String family) {
    Adapter golden = read(Fixtures.path(family, "golden/train_final"));
    assertEquals(golden.tensors().size(), 2 * golden.modules().size());
    for (String module : golden.modules()) {
      assertEquals(8L, golden.a(module).shape().get(0));
      assertEquals(8L, golden.b(module).shape().get(1));
    }
  }

  @Test
  void prefersSafetensors() throws IOException {
    Adapter one = adapter(1);
    Adapter two = adapter(2);
    Files.write(
        folder.resolve("adapter_config.json"), AdapterFolder.files(one).get(AdapterFolder.CONFIG));
    Files.write(
        folder.resolve("adapter_model.bin"), AdapterFolder.files(one).get(AdapterFolder.TORCH));
    Files.write(
        folder.resolve("adapter_model.safetensors"),
        AdapterFolder.files(two).get(AdapterFolder.SAFETENSORS));
    assertEquals(two, read(folder));
  }

  @Test
  void equalAdaptersGiveEqualBytes() {
    Map<String, byte[]> again = AdapterFolder.files(adapter(1));
    AdapterFolder.files(adapter(1))
        .forEach((name, bytes) -> assertArrayEquals(bytes, again.get(name)));
  }

  @Test
  void namesMissingFiles() throws IOException {
    Failure noConfig = assertThrows(Failure.class, () -> read(folder));
    assertEquals(
        "Cannot use the adapter, a file is missing: adapter_config.json in "
            + folder
            + " (expected a PEFT adapter folder). Check the path.",
        noConfig.getMessage());

    Files.writeString(folder.resolve("adapter_config.json"), CONFIG.toJson());
    Failure noWeights = assertThrows(Failure.class, () -> read(folder));
    assertTrue(
        noWeights
            .getMessage()
            .contains("a file is missing: adapter_model.safetensors or adapter_model.bin"),
        noWeights.getMessage());
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    TensorValue a = TensorValue.of(new float[6], 2, 3);
    TensorValue b = TensorValue.of(new float[8], 4, 2);
    String nameA = Adapter.tensorName("layers.0.q", "A");
    String nameB = Adapter.tensorName("layers.0.q", "B");

    assertRefused(Map.of(), "it holds no tensors: 0 (expected two per adapted module)");
    assertRefused(
        Map.of("base_model.model.embed.lora_embedding_A", a),
        "it holds a tensor that is no LoRA matrix: base_model.model.embed.lora_embedding_A");
    assertRefused(Map.of(nameA, a), "a module has A or B only: layers.0.q (expected both)");
    assertRefused(
        Map.of(nameA, b, nameB, b),
        "'" + nameA + "' has the wrong shape: [4, 2] (expected (2, in))");
    assertRefused(
        Map.of(nameA, a, nameB, a),
        "'" + nameB + "' has the wrong shape: [2, 3] (expected (out, 2))");
    assertRefused(
        Map.of(nameA, TensorValue.of(new long[6], 2, 3), nameB, b),
        "'" + nameA + "' has no floating point type: I64");
    assertRefused(
        Map.of(Adapter.tensorName("v", "A"), a, Adapter.tensorName("v", "B"), b),
        "a module is none of its targets: v (expected [q])");
  }

  private static void assertRefused(Map<String, TensorValue> tensors, String message) {
    Failure failure = assertThrows(Failure.class, () -> new Adapter(CONFIG, tensors));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertTrue(
        failure.getMessage().startsWith("Cannot use the adapter, " + message),
        failure.getMessage());
  }

  private static Adapter adapter(float value) {
    Map<String, TensorValue> tensors = new HashMap<>();
    tensors.put(Adapter.tensorName("q", "A"), TensorValue.of(new float[] {value, 0}, 2, 1));
    tensors.put(Adapter.tensorName("q", "B"), TensorValue.of(new float[] {value, 0}, 1, 2));
    return new Adapter(CONFIG, tensors);
  }

  private Adapter read(Path path) {
    return AdapterFolder.read(store, path.toString());
  }
}
