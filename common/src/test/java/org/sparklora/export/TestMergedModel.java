package org.sparklora.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.EachFamily;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Settings;
import org.sparklora.lora.MergedAdaptation;
import org.sparklora.mix.MadeAdapter;
import org.sparklora.model.Adaptation;
import org.sparklora.model.Decoder;
import org.sparklora.model.Golden;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;
import org.sparklora.weights.TorchFile;
import org.sparklora.weights.WeightFolder;

/** A merged model is the base with the adapter in it, in the same type, and nothing else. */
class TestMergedModel {
  private static final Store STORE = Store.local();

  @TempDir Path folder;

  @EachFamily
  void isTheBaseWithTheAdapterInIt(String family) {
    Path base = Fixtures.path(family, "model");
    Adapter adapter = made(base);
    merge(base, "");
    try (WeightFolder before = WeightFolder.open(STORE, base.toString());
        WeightFolder after = WeightFolder.open(STORE, out().toString())) {
      List<String> names = new ArrayList<>(before.tensors().keySet());
      if (family.equals("chatglm")) {
        assertTrue(names.remove("lm_head.weight")); // Equals the embeddings.
      }
      assertEquals(names, List.copyOf(after.tensors().keySet()));
      names.forEach(name -> check(name, before, after, adapter));
    }
    int[] ids = new Golden(family).features().get(0).ids();
    float[][] expected = logits(base.toString(), adapter, ids);
    float[][] merged = logits(out().toString(), null, ids);
    for (int i = 0; i < ids.length; i++) {
      assertArrayEquals(expected[i], merged[i], 0.2f);
    }
    STORE.list(base.toString()).stream()
        .filter(file -> !file.name().matches(".*(\\.safetensors|\\.bin|index\\.json)"))
        .forEach(
            file ->
                assertArrayEquals(
                    STORE.readBytes(file.path()),
                    STORE.readBytes(out().resolve(file.name()).toString()),
                    file.name()));
  }

  @Test
  void shardsAndIndexAreTransformers() throws IOException {
    Path base = Fixtures.path("qwen2", "model");
    JobOutcome outcome = merge(base, "--max_shard_size 40kb");
    JsonNode index = json("model.safetensors.index.json");
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : index.path("weight_map").properties()) {
      sizes.merge(entry.getValue().asText(), 1L, Long::sum);
    }
    int count = outcome.figures().get("shards").intValue();
    assertTrue(count > 2);
    assertEquals(count, sizes.size());
    assertTrue(sizes.containsKey("model-00001-of-%05d.safetensors".formatted(count)));
    long total = 0;
    for (String shard : sizes.keySet()) {
      total +=
          SafetensorsFile.index(STORE, out().resolve(shard).toString()).stream()
              .mapToLong(info -> info.bytes())
              .sum();
    }
    assertEquals(total, index.path("metadata").path("total_size").asLong());
    assertEquals(
        Map.of("format", "pt"),
        SafetensorsFile.metadata(
            STORE, out().resolve("model-00001-of-%05d.safetensors".formatted(count)).toString()));
    try (BaseWeights merged = BaseWeights.open(STORE, out().toString())) {
      assertEquals(DecoderSpec.read(STORE, base.toString()), merged.spec());
    }
  }

  @Test
  void halfPrecisionIsRoundedOnceAndSaid() throws IOException {
    Path base = converted(Fixtures.path("llama", "model"));
    Adapter adapter = made(base);
    JobOutcome outcome = merge(base, "");
    try (WeightFolder before = WeightFolder.open(STORE, base.toString());
        WeightFolder after = WeightFolder.open(STORE, out().toString())) {
      assertEquals(ElementType.BF16, after.read("model.layers.0.self_attn.q_proj.weight").type());
      before.tensors().keySet().forEach(name -> check(name, before, after, adapter));
    }
    double largest = outcome.figures().get("largest_rounding").doubleValue();
    double mean = outcome.figures().get("mean_rounding").doubleValue();
    assertTrue(0 < mean && mean < largest && largest < 0.01, mean + " and " + largest);
    assertEquals(largest, json("_export.json").path("rounding").path("largest").asDouble());
  }

  @Test
  void filesOfTorchBecomeSafetensors() throws IOException {
    Path model = Fixtures.path("llama", "model");
    Path base = copied(model);
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    try (WeightFolder weights = WeightFolder.open(STORE, model.toString())) {
      weights.tensors().keySet().forEach(name -> tensors.put(name, weights.read(name)));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TorchFile.write(bytes, "pytorch_model", tensors);
    Files.write(base.resolve("pytorch_model.bin"), bytes.toByteArray());
    merge(base, "--overwrite");
    byte[] fromTorch = Files.readAllBytes(out().resolve("model.safetensors"));
    assertTrue(Files.notExists(out().resolve("pytorch_model.bin")));
    merge(model, "--overwrite");
    assertEquals(
        SafetensorsFile.readAll(STORE, out().resolve("model.safetensors").toString()),
        readAll(fromTorch));
  }

  /** As after a kill while the second file was written. */
  @Test
  void anUnfinishedModelIsGoneOnWith() throws IOException {
    Path base = Fixtures.path("llama", "model");
    merge(base, "--max_shard_size 40kb");
    Path marker = out().resolve("_export.json");
    JsonNode finished = json("_export.json");
    Path first = firstShard();
    byte[] whole = Files.readAllBytes(first);
    ObjectNode progress = new ObjectMapper().createObjectNode();
    progress.set("identity", finished.path("identity"));
    progress.putObject("files").put(first.getFileName().toString(), whole.length);
    progress.putObject("told").putObject(first.getFileName().toString());
    Files.writeString(out().resolve("_exporting.json"), progress.toString());
    Files.delete(marker);
    byte[] mine = whole.clone();
    mine[mine.length - 1] ^= 1; // Shows that the first file is not written again.
    Files.write(first, mine);
    merge(base, "--max_shard_size 40kb");
    assertArrayEquals(mine, Files.readAllBytes(first));
    assertEquals(finished.path("files"), json("_export.json").path("files"));
    Files.write(first, Arrays.copyOf(whole, 100));
    Files.writeString(out().resolve("_exporting.json"), progress.toString());
    Files.delete(marker);
    merge(base, "--max_shard_size 40kb");
    assertArrayEquals(whole, Files.readAllBytes(first));
  }

  /** Also of one that was merged before, and of an adapter that was trained with plain texts. */
  @Test
  void thePromptFormOfTheAdapterLiesBesideTheModel() throws IOException {
    Path model = Fixtures.path("llama", "model");
    merge(model, "");
    assertTrue(Files.notExists(out().resolve("sparklora.json")));
    told("{\"base_fingerprint\": \"\"}");
    merge(model, "--overwrite");
    assertEquals("none", json("sparklora.json").path("prompt_form").path("form").asText());
    told("{\"prompt_form\": {\"form\": \"free\", \"text\": \"Q {prompt}\"}}");
    merge(model, "--overwrite");
    JsonNode form = json("sparklora.json").path("prompt_form");
    assertEquals("Q {prompt}", form.path("text").asText());
    assertEquals("a=1", json("sparklora.json").path("merged").asText());
    Path first = Files.move(out(), folder.resolve("first"));
    Files.delete(folder.resolve("a/sparklora.json"));
    merge(first, "");
    assertEquals(form, json("sparklora.json").path("prompt_form"));
  }

  private void told(String origin) {
    STORE.writeText(folder.resolve("a/sparklora.json").toString(), origin);
  }

  @Test
  void whatTheTypeCannotHoldIsRefused() throws IOException {
    Path base = Fixtures.path("chatglm2", "model");
    Failure failure = assertThrows(Failure.class, () -> merge(base, "--mix a=1e9"));
    assertTrue(
        failure
            .getMessage()
            .matches(
                "Cannot merge the adapters, a sum is beyond what the weights' type holds: Infinity in transformer\\.encoder\\.layers\\.0\\..*\\.weight \\(expected finite numbers in F16\\)\\. Use smaller weights, or a base that is stored in another type\\."),
        failure.getMessage());
    assertTrue(Files.notExists(out().resolve("_export.json")));
    assertTrue(Files.notExists(out().resolve("config.json")));
  }

  private Path firstShard() {
    return STORE.list(out().toString()).stream()
        .filter(file -> file.name().startsWith("model-00001-of-"))
        .map(file -> Path.of(file.path()))
        .findFirst()
        .orElseThrow();
  }

  /** Within half a unit of the last place of what the type holds, or untouched. */
  private static void check(String name, WeightFolder before, WeightFolder after, Adapter adapter) {
    String module = name.replaceFirst("\\.weight$", "");
    TensorValue merged = after.read(name);
    if (!name.endsWith(".weight") || adapter.a(module) == null) {
      assertEquals(before.read(name), merged, name);
      return;
    }
    assertEquals(before.read(name).type(), merged.type());
    double[] sums = sums(before.read(name), adapter, module);
    double halfUlps =
        Map.of(ElementType.F32, 8., ElementType.F16, 4150., ElementType.BF16, 33100.)
            .get(merged.type());
    float[] values = merged.floats();
    for (int i = 0; i < sums.length; i++) {
      double most = Math.max(halfUlps * Math.ulp((float) sums[i]), 3.1e-8);
      assertEquals(sums[i], values[i], most, name);
    }
  }

  private static double[] sums(TensorValue weight, Adapter adapter, String module) {
    int inputs = Math.toIntExact(weight.shape().get(1));
    int rank = adapter.config().rank();
    float[] a = adapter.a(module).floats();
    float[] b = adapter.b(module).floats();
    float[] w = weight.floats();
    double[] sums = new double[w.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = w[i];
      for (int r = 0; r < rank; r++) {
        sums[i] +=
            adapter.config().scaling() * b[i / inputs * rank + r] * a[r * inputs + i % inputs];
      }
    }
    return sums;
  }

  private static float[][] logits(String model, Adapter adapter, int[] ids) {
    TorchEngine.start(1);
    NDManager owner = TorchEngine.newManager(Device.cpu());
    Adaptation adaptation =
        adapter == null ? Adaptation.NONE : new MergedAdaptation(adapter, owner);
    try (BaseWeights base = BaseWeights.open(STORE, model);
        Decoder decoder =
            Decoder.load(base, CpuOptions.of(NumberType.FP32, 1), owner, adaptation)) {
      return decoder.logits(ids);
    }
  }

  /** The model with its matrices in bf16, cut off rather than rounded. */
  private Path converted(Path model) throws IOException {
    Path base = copied(model);
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    try (WeightFolder weights = WeightFolder.open(STORE, model.toString())) {
      for (String name : weights.tensors().keySet()) {
        float[] values = weights.read(name).floats();
        ByteBuffer data = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
          data.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
        tensors.put(
            name, new TensorValue(ElementType.BF16, weights.read(name).shape(), data.flip()));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SafetensorsFile.write(bytes, tensors, Map.of("format", "pt"));
    Files.write(base.resolve("model.safetensors"), bytes.toByteArray());
    return base;
  }

  /** The model's folder without its weights. */
  private Path copied(Path model) throws IOException {
    Path base = Files.createDirectories(folder.resolve("base"));
    for (var file : STORE.list(model.toString())) {
      if (!file.name().matches(".*(\\.safetensors|\\.bin|index\\.json)")) {
        Files.copy(Path.of(file.path()), base.resolve(file.name()));
      }
    }
    return base;
  }

  private Map<String, TensorValue> readAll(byte[] file) throws IOException {
    Path copy = Files.write(folder.resolve("copy.safetensors"), file);
    return SafetensorsFile.readAll(STORE, copy.toString());
  }

  private static Adapter made(Path base) {
    return MadeAdapter.of(DecoderSpec.read(STORE, base.toString()), 5, 3, false);
  }

  private JobOutcome merge(Path base, String flags) {
    String a = folder.resolve("a").toString();
    AdapterFolder.files(made(base))
        .forEach((name, bytes) -> STORE.writeBytes(Store.child(a, name), bytes));
    String all =
        "--merge --adapter a=%s --model_checkpoint %s --output_dir %s %s"
            .formatted(a, base, out(), flags);
    List<String> words = Arrays.stream(all.split(" ")).filter(word -> !word.isEmpty()).toList();
    ExportConfig config =
        Settings.parse(ExportConfig.options(), words.toArray(String[]::new))
            .build(ExportConfig::of);
    return Export.run(STORE, config, line -> {});
  }

  private Path out() {
    return folder.resolve("out");
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(out().resolve(name).toFile());
  }
}
