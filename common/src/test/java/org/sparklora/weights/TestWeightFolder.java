package org.sparklora.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

class TestWeightFolder {
  @TempDir Path folder;

  private final Store store = Store.local();

  /** Tensor counts and types from the families' table in fixtures/README.md. */
  @ParameterizedTest
  @CsvSource({
    "chatglm, 2, F16, transformer.word_embeddings.weight, 704, 64",
    "chatglm2, 2, F16, transformer.embedding.word_embeddings.weight, 576, 64",
    "baichuan, 1, F32, model.embed_tokens.weight, 600, 48",
    "llama, 2, F32, model.embed_tokens.weight, 512, 64",
    "qwen2, 1, BF16, model.embed_tokens.weight, 544, 64"
  })
  void opensEveryFamily(
      String family, int shards, ElementType type, String embedding, long rows, long columns) {
    try (WeightFolder weights = open(Fixtures.path(family, "model"))) {
      assertEquals(shards, weights.shards().size());
      TensorInfo info = weights.find(embedding).orElseThrow();
      assertEquals(type, info.type());
      assertEquals(List.of(rows, columns), info.shape());
      for (TensorInfo each : weights.tensors().values()) {
        assertEquals(
            each.elements() * each.type().bytes(), weights.read(each.name()).data().limit());
      }
    }
  }

  @Test
  void keepsExtraBuffersAsEntries() {
    try (WeightFolder weights = open(Fixtures.path("baichuan", "model"))) {
      assertTrue(
          weights.tensors().keySet().stream().anyMatch(n -> n.endsWith("rotary_emb.inv_freq")));
    }
  }

  @Test
  void readsSlicesOfATensor() throws IOException {
    safetensors("model.safetensors", "w", new float[] {1, 2, 3, 4});
    try (WeightFolder weights = open(folder)) {
      TensorInfo info = weights.find("w").orElseThrow();
      ByteBuffer space = ByteBuffer.allocateDirect(8 + SeekableInput.ROOM);
      assertEquals(weights.read("w").data().slice(4, 8), weights.readPiece(info, 4, 8, space));

      IllegalArgumentException failure =
          assertThrows(IllegalArgumentException.class, () -> weights.readPiece(info, 12, 8, space));
      assertEquals(
          "Cannot read the slice, it lies outside the tensor: 8 bytes from 12 (expected within 16)."
              + " Fix the caller.",
          failure.getMessage());
    }
  }

  @Test
  void namesATensorThatIsNotThere() throws IOException {
    safetensors("model.safetensors", "w", new float[] {1});
    try (WeightFolder weights = open(folder)) {
      Failure failure = assertThrows(Failure.class, () -> weights.read("x"));
      assertTrue(
          failure
              .getMessage()
              .startsWith("Cannot read the weights, a tensor is not in them: x in ["),
          failure.getMessage());
    }
  }

  @Test
  void oneFileComesBeforeAnIndexAndSafetensorsBeforeBin() throws IOException {
    safetensors("a.safetensors", "w", new float[] {1});
    index("{\"weight_map\": {\"w\": \"a.safetensors\"}}");
    Files.write(folder.resolve("pytorch_model.bin"), new byte[] {1});
    try (WeightFolder weights = open(folder)) {
      assertEquals(1, weights.read("w").floats()[0]);
    }
    safetensors("model.safetensors", "w", new float[] {2});
    try (WeightFolder weights = open(folder)) {
      assertEquals(2, weights.read("w").floats()[0]);
    }
  }

  @Test
  void shardsAreReadWithoutTheirIndex() throws IOException {
    safetensors("model-00002-of-00002.safetensors", "v", new float[] {2});
    safetensors("model-00001-of-00002.safetensors", "w", new float[] {1});
    try (WeightFolder weights = open(folder)) {
      assertEquals(List.of("w", "v"), List.copyOf(weights.tensors().keySet()));
    }
  }

  @Test
  void aShardThatIsMissingWithoutAnIndexIsNamed() throws IOException {
    safetensors("model-00003-of-00003.safetensors", "w", new float[] {1});
    safetensors("model-00001-of-00003.safetensors", "v", new float[] {1});
    assertEquals(
        "Cannot load the model, a shard is missing: model-00002-of-00003.safetensors in "
            + folder
            + " (expected all 3). Copy the whole model there.",
        assertThrows(Failure.class, () -> open(folder)).getMessage());
    safetensors("model-00001-of-00001.safetensors", "v", new float[] {1});
    assertEquals(
        "Cannot load the model, its shards are of several models: of [00001, 00003] in "
            + folder
            + " (expected one number). Copy the whole model there.",
        assertThrows(Failure.class, () -> open(folder)).getMessage());
  }

  @Test
  void shardsWithoutNumberAreNotCounted() throws IOException {
    safetensors("model-00001-of-00000.safetensors", "v", new float[] {1});
    assertEquals(
        "Cannot load the model, its shards are counted wrongly: 0 in "
            + folder
            + " (expected 1 to 10000). Copy the whole model there.",
        assertThrows(Failure.class, () -> open(folder)).getMessage());
  }

  @Test
  void saysWhatItLooksForInAnEmptyFolder() {
    Failure failure = assertThrows(Failure.class, () -> open(folder));
    assertEquals(
        "Cannot load the model, its folder holds no weights: "
            + folder
            + " (expected model.safetensors or pytorch_model.bin, or their .index.json). Check"
            + " --model_checkpoint.",
        failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "../model.safetensors",
    "/etc/passwd",
    "a/b.safetensors",
    "..",
    ".hidden",
    "a\\b",
    "''"
  })
  void staysInItsFolder(String shard) throws IOException {
    index("{\"weight_map\": {\"w\": \"" + shard.replace("\\", "\\\\") + "\"}}");
    Failure failure = assertThrows(Failure.class, () -> open(folder));
    assertTrue(
        failure.getMessage().contains("the index leads out of its folder: '" + shard + "'"),
        failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'weight_map': {'w': 'a.safetensors', 'w': 'b.safetensors'}}|Duplicate field 'w'",
        "{'weight_map': 7}|the index is not laid out as the hub does: VALUE_NUMBER_INT",
        "{'weight_map': {'w': 7}}|the index is not laid out as the hub does",
        "{'metadata': {}}|the index names no tensor",
        "{'weight_map'|the index is not JSON",
        "[]|the index is not laid out as the hub does: START_ARRAY",
        "{'weight_map': {'x': 'a.safetensors'}}|tensor 'x' is not where the index says: nowhere",
        "{'weight_map': {'w': 'a.safetensors', 'v': 'a.safetensors'}}|tensor 'v' is not where",
        "{'weight_map': {'w': 'a.safetensors', 'v': 'c.safetensors'}}|tensor 'w' stands in two files"
      })
  void refusesAnIndexThatIsNotTrue(String text, String message) throws IOException {
    safetensors("a.safetensors", "w", new float[] {1});
    safetensors("b.safetensors", "v", new float[] {1});
    safetensors("c.safetensors", "w", new float[] {2});
    index(text.replace('\'', '"'));
    Failure failure = assertThrows(Failure.class, () -> open(folder));
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
  }

  @Test
  void namesAMissingShard() throws IOException {
    index("{\"weight_map\": {\"w\": \"gone.safetensors\"}}");
    Failure failure = assertThrows(Failure.class, () -> open(folder));
    assertEquals(
        "Cannot read the file, it does not exist: "
            + folder
            + "/gone.safetensors (expected an existing path). Check the path.",
        failure.getMessage());
  }

  private WeightFolder open(Path path) {
    return WeightFolder.open(store, path.toString());
  }

  private void index(String text) throws IOException {
    Files.writeString(folder.resolve("model.safetensors.index.json"), text);
  }

  private void safetensors(String file, String tensor, float[] values) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(file))) {
      SafetensorsFile.write(out, Map.of(tensor, TensorValue.of(values, values.length)), Map.of());
    }
  }
}
