package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.storage.Store;

/** {@code docs/spec/adapter.md}, Portable. */
class TestPortableAdapter {
  @TempDir private Path folder;

  @Test
  void rsLoraIsWrittenAsAPlainAdapterOfTheSameStrength() throws IOException {
    Path portable = trained("a", "rslora", "true", "lora_rank", "6");
    Path flagged = trained("b", "rslora", "true", "lora_rank", "6", "portable", "false");
    JsonNode plain = json(portable, "adapter_config.json");
    assertEquals(false, plain.get("use_rslora").asBoolean());
    assertEquals(32 * Math.sqrt(6), plain.get("lora_alpha").asDouble());
    JsonNode own = json(flagged, "adapter_config.json");
    assertEquals(true, own.get("use_rslora").asBoolean());
    assertEquals(32, own.get("lora_alpha").asInt());
    Adapter one = AdapterFolder.read(Store.local(), portable.toString());
    Adapter other = AdapterFolder.read(Store.local(), flagged.toString());
    assertEquals(other.config().scaling(), one.config().scaling(), 1e-14);
    for (String module : other.modules()) {
      assertArrayEquals(other.a(module).floats(), one.a(module).floats());
      assertArrayEquals(other.b(module).floats(), one.b(module).floats());
    }
  }

  @Test
  void whatWasTrainedStandsBeside() throws IOException {
    JsonNode lora = json(trained("a", "rslora", "true"), "sparklora.json").get("lora");
    assertEquals(
        "{\"r\":8,\"lora_alpha\":32.0,\"use_rslora\":true,\"portable\":true}", lora.toString());
  }

  @Test
  void aPlainAdapterIsWrittenAsItIs() {
    AdapterConfig plain = new AdapterConfig(8, 32, 0.1, List.of("q_proj"), false, "base");
    assertEquals(plain, plain.portable());
  }

  @Test
  void aResumedRunMayWriteItOtherwise() {
    RunSettings first = TrialRun.settings(50, "rslora", "true");
    RunSettings now = TrialRun.settings(50, "rslora", "true", "portable", "false");
    assertEquals(false, first.resumedAs(now).config().lora().portable());
  }

  /** The last checkpoint of a run. */
  private Path trained(String name, String... flags) {
    String[] all = Arrays.copyOf(flags, flags.length + 2);
    all[flags.length] = "previous_lora_weights";
    all[flags.length + 1] = "";
    TrialRun run = FixtureRuns.of("llama", folder.resolve(name), all);
    return Path.of(run.train(1).checkpoint());
  }

  private static JsonNode json(Path checkpoint, String name) throws IOException {
    return new ObjectMapper().readTree(checkpoint.resolve(name).toFile());
  }
}
