package org.sparklora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;

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
