package org.sparklora.model.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.EachFamily;
import org.sparklora.model.Golden;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;
import org.sparklora.weights.TorchFile;
import org.sparklora.weights.WeightFolder;

/** A model is its weights: how they are packed does not count, what they hold does. */
class TestBasePrint {
  private static final String NORM = "model.norm.weight";

  @TempDir Path temp;

  @EachFamily
  void packagingDoesNotCount(String family) throws IOException {
    Map<String, TensorValue> tensors = tensors(family);
    String expected = print(new Golden(family).model());
    assertEquals(expected, print(safetensors(family, new TreeMap<>(tensors))));
    assertEquals(expected, print(torch(family, tensors)));
    assertTrue(expected.matches("tensors:[0-9a-f]{64}:[0-9a-f]{16}"), expected);
  }

  /** Runs of earlier versions go on: what these prints are made of is written as it was. */
  @ParameterizedTest
  @CsvSource({
    "chatglm, bf478926396dfbea",
    "chatglm2, 246e66d84caab852",
    "baichuan, e634bff27ba004c9",
    "llama, 3284d29aa5a5d1ab",
    "qwen2, 63a307f59d928f2f"
  })
  void settingsOfTheFirstFamiliesHaveTheirOldPrints(String family, String settings) {
    String print = print(new Golden(family).model());
    assertEquals(settings, print.substring(print.lastIndexOf(':') + 1));
  }

  @Test
  void harmlessKeysDoNotCountAndSettingsAreToldApartFromWeights() throws IOException {
    String folder = safetensors("llama", tensors("llama"));
    String expected = print(folder);
    change(folder, "{", "{\"_name_or_path\": \"elsewhere\",");
    assertEquals(expected, print(folder));
    change(folder, "\"rms_norm_eps\": 1e-05", "\"rms_norm_eps\": 1e-06");
    assertNotEquals(expected, print(folder));
    assertTrue(BasePrint.sameWeights(expected, print(folder)));
  }

  @Test
  void buffersDoNotCount() throws IOException {
    Map<String, TensorValue> tensors = tensors("llama");
    String expected = print(safetensors("llama", tensors));
    tensors.put("model.rotary_emb.inv_freq", TensorValue.of(new float[8], 8));
    assertEquals(expected, print(safetensors("llama", tensors)));
  }

  @Test
  void aHeadThatEqualsTheEmbeddingsMayBeStored() throws IOException {
    Map<String, TensorValue> tensors = tensors("llama");
    tensors.put("lm_head.weight", tensors.get("model.embed_tokens.weight"));
    String untied = safetensors("llama", tensors);
    String tied = safetensors("llama", tensors);
    change(tied, "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true");
    assertEquals(print(untied), print(tied));
    tensors.remove("lm_head.weight");
    write("llama", Path.of(untied), tensors);
    change(untied, "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true");
    assertEquals(print(tied), print(untied));
  }

  @Test
  void aStoredHeadThatDiffersFromATiedOneIsUsed() throws IOException {
    String untied = safetensors("llama", tensors("llama"));
    String tied = safetensors("llama", tensors("llama"));
    change(tied, "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true");
    assertEquals(print(untied), print(tied));
    int[] ids = {5, 9, 17};
    assertArrayEquals(
        TestWeights.logits(Store.local(), untied, cached("none"), ids),
        TestWeights.logits(Store.local(), tied, cached("none"), ids));
    assertArrayEquals(
        TestWeights.logits(Store.local(), untied, cached("none"), ids),
        TestWeights.logits(Store.local(), tied, cached("cache"), ids));
  }

  @Test
  void oneChangedNumberIsAnotherModel() throws IOException {
    Map<String, TensorValue> tensors = tensors("llama");
    String one = print(safetensors("llama", tensors));
    float[] norm = tensors.get(NORM).floats();
    norm[3] = Math.nextUp(norm[3]);
    tensors.put(NORM, TensorValue.of(norm, norm.length));
    String other = print(safetensors("llama", tensors));
    assertFalse(BasePrint.sameWeights(one, other), other);
  }

  @Test
  void theFormerKindIsStillAnswered() {
    try (BaseWeights base = BaseWeights.open(Store.local(), new Golden("llama").model())) {
      String former = base.fingerprintLike("a".repeat(64));
      assertTrue(former.matches("[0-9a-f]{64}"), former);
      assertEquals(base.fingerprint(), base.fingerprintLike(""));
      assertEquals(base.fingerprint(), base.fingerprintLike("tensors:0:0"));
    }
  }

  @Test
  void aCacheOfConvertedWeightsHoldsNoOtherModels() throws IOException {
    Map<String, TensorValue> tensors = tensors("llama");
    String one = safetensors("llama", tensors);
    float[] norm = tensors.get(NORM).floats();
    Arrays.fill(norm, 0.5f);
    tensors.put(NORM, TensorValue.of(norm, norm.length));
    String other = safetensors("llama", tensors);
    int[] ids = {5, 9, 17};
    TestWeights.logits(Store.local(), one, cached("cache"), ids);
    assertArrayEquals(
        TestWeights.logits(Store.local(), other, cached("none"), ids),
        TestWeights.logits(Store.local(), other, cached("cache"), ids));
  }

  @Test
  void hashesAreKeptByWhatTheFilesAre() throws IOException {
    Path folder = temp.resolve("big");
    String base = big(folder, (byte) 0);
    Path kept = temp.resolve("kept");
    String print = keptPrint(base, kept);
    Path file;
    try (var files = Files.list(kept.resolve("fingerprints"))) {
      file = files.findFirst().orElseThrow();
    }
    assertEquals(print.substring(0, print.lastIndexOf(':')), Files.readString(file));
    String forged = "tensors:" + "0".repeat(64);
    Files.writeString(file, forged);
    assertTrue(keptPrint(base, kept).startsWith(forged), "not read again");
    Files.writeString(file, "cut");
    assertEquals(print, keptPrint(base, kept));
    big(folder, (byte) 1);
    assertNotEquals(print, keptPrint(base, kept), "the file is another");
  }

  private static String keptPrint(String folder, Path kept) {
    try (BaseWeights base = BaseWeights.open(Store.local(), folder)) {
      return base.fingerprint(KeptPrints.in(kept));
    }
  }

  /** A model with a buffer that makes it large enough to be kept, changed a minute ago. */
  private String big(Path folder, byte first) throws IOException {
    Files.createDirectories(folder);
    Map<String, TensorValue> tensors = tensors("llama");
    float[] norm = tensors.get(NORM).floats();
    norm[0] = first;
    tensors.put(NORM, TensorValue.of(norm, norm.length));
    int elements = 17 << 20;
    tensors.put("rotary_emb.inv_freq", TensorValue.of(new float[elements], elements));
    write("llama", folder, tensors);
    FileTime old = FileTime.from(Instant.now().minusSeconds(60));
    Files.setLastModifiedTime(folder.resolve("model.safetensors"), old);
    return folder.toString();
  }

  private ComputeOptions cached(String folder) {
    return new ComputeOptions(
        NumberType.BF16,
        1,
        DeviceAddress.CPU,
        ComputeOptions.Checkpointing.AUTO,
        folder.equals("none") ? "" : temp.resolve(folder).toString());
  }

  private static Map<String, TensorValue> tensors(String family) {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    try (WeightFolder files = WeightFolder.open(Store.local(), new Golden(family).model())) {
      files.tensors().keySet().forEach(name -> tensors.put(name, files.read(name)));
    }
    return tensors;
  }

  private String safetensors(String family, Map<String, TensorValue> tensors) throws IOException {
    Path folder = Files.createTempDirectory(temp, family);
    write(family, folder, tensors);
    return folder.toString();
  }

  private static void write(String family, Path folder, Map<String, TensorValue> tensors)
      throws IOException {
    config(family, folder);
    try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
      SafetensorsFile.write(out, tensors, Map.of());
    }
  }

  private String torch(String family, Map<String, TensorValue> tensors) throws IOException {
    Path folder = Files.createTempDirectory(temp, family);
    config(family, folder);
    try (OutputStream out = Files.newOutputStream(folder.resolve("pytorch_model.bin"))) {
      TorchFile.write(out, "pytorch_model", tensors);
    }
    return folder.toString();
  }

  private static void config(String family, Path folder) throws IOException {
    byte[] config = Files.readAllBytes(Path.of(new Golden(family).model(), "config.json"));
    Files.write(folder.resolve("config.json"), config);
  }

  private static void change(String folder, String from, String to) throws IOException {
    Path config = Path.of(folder, "config.json");
    String text = Files.readString(config);
    assertTrue(text.contains(from), text);
    Files.writeString(config, text.replaceFirst(Pattern.quote(from), to));
  }

  private static String print(String folder) {
    try (BaseWeights base = BaseWeights.open(Store.local(), folder)) {
      return base.fingerprint();
    }
  }
}
