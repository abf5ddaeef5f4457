package org.sparklora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TorchFile;
import org.sparklora.weights.WeightFolder;

/** What files state of sizes is refused before memory is taken for it. */
class TestSizeLimit {
  @TempDir Path folder;

  @AfterEach
  void asUsual() {
    SizeLimit.multiply(1);
  }

  @Test
  void layersOfAConfiguration() throws Exception {
    Path config = config("num_hidden_layers", 1_000_000_000);
    assertEquals(
        "Cannot read the model's configuration, num_hidden_layers is beyond the limit: 1000000000 in %s (expected at most 2000). Mend the file, or if it is meant so add --size_limits 500000."
            .formatted(config),
        refused(() -> DecoderSpec.read(Store.local(), folder.toString())));
  }

  @Test
  void everyOtherNumberOfAShape() throws Exception {
    for (String key : new String[] {"head_dim", "hidden_size", "intermediate_size", "vocab_size"}) {
      Path config = config(key, Integer.MAX_VALUE);
      assertEquals(
          "Cannot read the model's configuration, %s is beyond the limit: 2147483647 in %s (expected at most 4194304). Mend the file, or if it is meant so add --size_limits 512."
              .formatted(key, config),
          refused(() -> DecoderSpec.read(Store.local(), folder.toString())));
    }
  }

  @Test
  void ranksOfAnAdapter() throws Exception {
    Path config = folder.resolve("adapter_config.json");
    for (String ranks :
        new String[] {"\"r\": 2000000000", "\"r\": 8, \"rank_pattern\": {\"x\": 2000000000}"}) {
      Files.writeString(
          config,
          "{\"peft_type\": \"LORA\", \"target_modules\": [\"q_proj\"], %s}".formatted(ranks));
      assertEquals(
          "Cannot use the adapter's config, %s is beyond the limit: 2000000000 in %s (expected at most 1048576). Mend the file, or if it is meant so add --size_limits 1908."
              .formatted(ranks.contains("pattern") ? "rank_pattern" : "r", config),
          refused(() -> AdapterFolder.read(Store.local(), folder.toString())));
    }
  }

  @Test
  void theLengthOfADescription() throws Exception {
    Path file = folder.resolve("config.json");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((256L << 20) + 1);
    }
    assertEquals(
        "Cannot read the file, its length is beyond the limit: 268435457 in %s (expected at most 268435456). Mend the file, or if it is meant so add --size_limits 2."
            .formatted(file),
        refused(() -> DecoderSpec.read(Store.local(), folder.toString())));
  }

  /** A sparse file whose header is as long as it says. */
  @Test
  void theHeaderOfAWeightFile() throws Exception {
    Path file = folder.resolve("model.safetensors");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((32L << 20) + 9);
      sparse.write(new byte[] {1, 0, 0, 2, 0, 0, 0, 0});
    }
    Executable read = () -> SafetensorsFile.index(Store.local(), file.toString());
    assertEquals(
        "Cannot read the weight file, its header is beyond the limit: 33554433 in %s (expected at most 33554432). Mend the file, or if it is meant so add --size_limits 2."
            .formatted(file),
        refused(read));
    SizeLimit.multiply(2);
    assertTrue(refused(read).contains("its header is not"));
  }

  @Test
  void theIndexOfShards() throws Exception {
    Path index = folder.resolve("model.safetensors.index.json");
    try (RandomAccessFile sparse = new RandomAccessFile(index.toFile(), "rw")) {
      sparse.setLength((32L << 20) + 1);
    }
    assertEquals(
        "Cannot read the weight file, the index is beyond the limit: 33554433 in %s (expected at most 33554432). Mend the file, or if it is meant so add --size_limits 2."
            .formatted(index),
        refused(() -> WeightFolder.open(Store.local(), folder.toString())));
  }

  /** The pickle of a .bin, which is a member of a zip. */
  @Test
  void thePickleOfAWeightFile() throws Exception {
    Path file = folder.resolve("pytorch_model.bin");
    byte[] pickle = new byte[(32 << 20) + 1];
    CRC32 sum = new CRC32();
    sum.update(pickle);
    ZipEntry entry = new ZipEntry("archive/data.pkl");
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(pickle.length);
    entry.setCrc(sum.getValue());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(entry);
      zip.write(pickle);
    }
    Executable read = () -> TorchFile.index(Store.local(), file.toString());
    assertEquals(
        "Cannot read the weight file, archive/data.pkl is beyond the limit: 33554433 in %s (expected at most 33554432). Mend the file, or if it is meant so add --size_limits 2."
            .formatted(file),
        refused(read));
    SizeLimit.multiply(2);
    assertTrue(refused(read).contains("an opcode is not one that torch writes"));
  }

  /** However large the factor, an array holds what is read at once. */
  @Test
  void noFactorRaisesBytesBeyondAnArray() {
    SizeLimit.multiply(1_000);
    assertEquals(Integer.MAX_VALUE - 16, SizeLimit.DESCRIPTION.most());
    assertEquals(
        "Cannot read, it is beyond the limit: 3000000000 in x (expected at most 2147483631). Mend"
            + " the file.",
        refused(() -> SizeLimit.DESCRIPTION.require("read", "it", 3_000_000_000L, "x")));
  }

  @Test
  void theFlagRaisesAllOfThem() {
    SizeLimit.multiply(3);
    assertEquals(6_000, SizeLimit.LAYERS.most());
    SizeLimit.LAYERS.require("read", "layers", 6_000, "x");
    refused(() -> SizeLimit.LAYERS.require("read", "layers", 6_001, "x"));
  }

  private Path config(String key, long value) throws Exception {
    Path fixture = Fixtures.path("llama", "model").resolve("config.json");
    String text =
        Files.readString(fixture).replaceFirst("\\}\\s*$", ", \"%s\": %d}".formatted(key, value));
    return Files.writeString(folder.resolve("config.json"), text);
  }

  private static String refused(Executable reading) {
    Failure failure = assertThrows(Failure.class, reading);
    assertEquals(ExitCode.INPUT, failure.exitCode());
    return failure.getMessage();
  }
}
