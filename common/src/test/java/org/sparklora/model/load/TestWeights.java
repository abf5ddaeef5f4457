package org.sparklora.model.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.model.Adaptation;
import org.sparklora.model.Decoder;
import org.sparklora.model.Golden;
import org.sparklora.model.ParityTable;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;
import org.sparklora.weights.WeightFolder;

/** Weights reach the decoder unchanged on every way: mapped, converted, streamed, cached. */
class TestWeights {
  private static final int[] IDS = {5, 9, 17, 3, 40, 41, 7};

  @TempDir Path temp;

  @Test
  void ownHeadSizeAndStretchedRotaryEqualTransformers() {
    Path folder = Fixtures.path("../model", "llama3-rope").normalize();
    checkLogits("llama3-rope", folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "chatglm2"})
  void streamedWeightsEqualLocalOnes(String family) {
    String folder = new Golden(family).model();
    ComputeOptions options = CpuOptions.of(NumberType.FP32, 1);
    float[] local = logits(Store.local(), folder, options, idsOf(family));
    assertArrayEquals(local, logits(remote(), "raw:" + folder, options, idsOf(family)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "chatglm2", "chatglm"})
  void cachedCopyIsMadeOnceAndGivesTheSameLogits(String family) throws IOException {
    String folder = new Golden(family).model();
    for (NumberType type : NumberType.values()) {
      ComputeOptions plain = CpuOptions.of(type, 1);
      ComputeOptions cached =
          new ComputeOptions(
              type,
              1,
              DeviceAddress.CPU,
              ComputeOptions.Checkpointing.AUTO,
              temp.resolve("cache").toString());
      float[] expected = logits(Store.local(), folder, plain, idsOf(family));
      assertArrayEquals(expected, logits(remote(), "raw:" + folder, cached, idsOf(family)));
      Map<Path, Object> first = contents();
      assertArrayEquals(expected, logits(remote(), "raw:" + folder, cached, idsOf(family)));
      assertEquals(first, contents());
    }
    assertEquals(3, contents().keySet().stream().filter(p -> p.endsWith("lock")).count());
  }

  @Test
  void cacheIsNotUsedWhereTheFilesCanBeMapped() throws IOException {
    ComputeOptions cached =
        new ComputeOptions(
            NumberType.FP32,
            1,
            DeviceAddress.CPU,
            ComputeOptions.Checkpointing.AUTO,
            temp + "/cache");
    logits(Store.local(), new Golden("llama").model(), cached, IDS);
    assertFalse(Files.exists(temp.resolve("cache")));
  }

  @Test
  void ranksOfOneHostShareOneConversion() throws Exception {
    String folder = new Golden("chatglm2").model();
    ComputeOptions cached =
        new ComputeOptions(
            NumberType.FP32,
            1,
            DeviceAddress.CPU,
            ComputeOptions.Checkpointing.AUTO,
            temp + "/cache");
    int[] ids = idsOf("chatglm2");
    ExecutorService ranks = Executors.newFixedThreadPool(2);
    try {
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        results.add(ranks.submit(() -> logits(Store.local(), folder, cached, ids)));
      }
      assertArrayEquals(results.get(0).get(), results.get(1).get());
    } finally {
      ranks.shutdownNow();
    }
    assertEquals(1, contents().keySet().stream().filter(p -> p.endsWith("lock")).count());
  }

  @Test
  void cacheThatCannotBeWrittenIsAStorageFailure() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "not a folder");
    ComputeOptions cached =
        new ComputeOptions(
            NumberType.BF16,
            1,
            DeviceAddress.CPU,
            ComputeOptions.Checkpointing.AUTO,
            file.toString());
    String folder = new Golden("llama").model();
    Failure failure = assertThrows(Failure.class, () -> logits(Store.local(), folder, cached, IDS));
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot keep a converted copy of the weights, the cache folder cannot be written: "
                    + file));
    assertTrue(failure.getMessage().endsWith("-BF16. Check --weights_cache."));
  }

  @Test
  void missingUnexpectedAndMisshapenWeightsAreNamed() throws IOException {
    Map<String, TensorValue> tensors = llama();
    tensors.remove("model.norm.weight");
    tensors.put("model.layers.0.mlp.up_proj.weight", TensorValue.of(new float[6], 2, 3));
    tensors.put("model.layers.1.self_attn.q_proj.bias", TensorValue.of(new float[64], 64));
    tensors.put("lm_head.weight", TensorValue.of(new long[512 * 64], 512, 64));
    String folder = write(tensors);
    Failure failure = assertThrows(Failure.class, () -> BaseWeights.open(Store.local(), folder));
    assertEquals(
        "Cannot load the model, its weights do not fit its config.json:"
            + " model.layers.0.mlp.up_proj.weight has shape [2, 3] (expected [112, 64]), missing"
            + " model.norm.weight, lm_head.weight has type I64 (expected F32, F16 or BF16),"
            + " unexpected model.layers.1.self_attn.q_proj.bias in "
            + folder
            + ". Copy config.json and weights from one model.",
        failure.getMessage());
  }

  @Test
  void longListsOfProblemsAreCut() throws IOException {
    String folder = write(Map.of("model.norm.weight", TensorValue.of(new float[64], 64)));
    Failure failure = assertThrows(Failure.class, () -> BaseWeights.open(Store.local(), folder));
    assertTrue(failure.getMessage().contains(" and 15 more in "), failure.getMessage());
  }

  private Map<Path, Object> contents() throws IOException {
    Map<Path, Object> contents = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(temp.resolve("cache"))) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        contents.put(file, Files.getLastModifiedTime(file));
      }
    }
    return contents;
  }

  /** Logits of a model folder against its golden.safetensors, on all ways. */
  private static void checkLogits(String name, Path folder) {
    Map<String, TensorValue> golden =
        SafetensorsFile.readAll(Store.local(), folder.resolve("golden.safetensors").toString());
    float[] logits =
        logits(
            Store.local(),
            folder.toString(),
            CpuOptions.of(NumberType.FP32, 1),
            Golden.ids(golden.get("input_ids")));
    ParityTable.check(
        name, "logits, fp32", ParityTable.largest(logits, golden.get("logits").floats()), 5e-5);
  }

  static float[] logits(Store store, String folder, ComputeOptions options, int[] ids) {
    TorchEngine.start(options.threads());
    try (BaseWeights base = BaseWeights.open(store, folder);
        Decoder decoder =
            Decoder.load(base, options, TorchEngine.newManager(Device.cpu()), Adaptation.NONE)) {
      return ParityTable.flat(decoder.logits(ids));
    }
  }

  private static int[] idsOf(String family) {
    return new Golden(family).features().get(0).ids();
  }

  private static Store remote() {
    return Store.with(
        new StorageSettings(Map.of("fs.raw.impl", "org.sparklora.storage.RawSchemeFileSystem")));
  }

  private static Map<String, TensorValue> llama() {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    try (WeightFolder files = WeightFolder.open(Store.local(), new Golden("llama").model())) {
      files.tensors().keySet().forEach(name -> tensors.put(name, files.read(name)));
    }
    assertEquals(ElementType.F32, tensors.get("lm_head.weight").type());
    return tensors;
  }

  private String write(Map<String, TensorValue> tensors) throws IOException {
    Path folder = Files.createTempDirectory(temp, "model");
    Path config = Path.of(new Golden("llama").model(), "config.json");
    Files.copy(config, folder.resolve("config.json"));
    try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
      SafetensorsFile.write(out, tensors, Map.of());
    }
    return folder.toString();
  }
}
