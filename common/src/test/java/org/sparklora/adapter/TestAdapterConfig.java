package org.sparklora.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;

class TestAdapterConfig {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource({"llama", "qwen2"})
  void writesWhatPeft012Writes(String family) throws IOException {
    String golden = golden(family);
    AdapterConfig config = AdapterConfig.fromJson(golden, "golden");
    assertEquals(JSON.readTree(golden), JSON.readTree(config.toJson()));
  }

  @ParameterizedTest
  @CsvSource({"chatglm", "chatglm2", "baichuan"})
  void writesAllThatPeft03Writes(String family) throws IOException {
    JsonNode golden = JSON.readTree(golden(family));
    JsonNode own = JSON.readTree(AdapterConfig.fromJson(golden.toString(), "golden").toJson());
    golden
        .fields()
        .forEachRemaining(e -> assertEquals(e.getValue(), own.get(e.getKey()), e.getKey()));
  }

  @Test
  void goesThroughJsonUnchanged() {
    AdapterConfig config = new AdapterConfig(4, 0.5, 0.1, List.of("q", "v"), true, "THUDM/x");
    assertEquals(config, AdapterConfig.fromJson(config.toJson(), "own"));
    assertEquals(0.25, config.scaling());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bias|\"all\"|none",
        "peft_type|\"IA3\"|LORA",
        "use_dora|true|null, false or empty",
        "modules_to_save|[\"lm_head\"]|null, false or empty",
        "layer_replication|[[0,4]]|null, false or empty",
        "fan_in_fan_out|true|null, false or empty",
        "lora_bias|true|null, false or empty",
        "something_new|1|null, false or empty",
        "init_lora_weights|\"pissa\"|true, false, gaussian, eva or orthogonal",
        "target_modules|[]|a list of module names",
        "target_modules|[1]|a list of module names",
        "rank_pattern|{\"q\":0}|numbers by module",
        "rank_pattern|4|numbers by module",
        "alpha_pattern|{\"q\":\"4\"}|numbers by module",
        "layers_to_transform|\"0\"|whole numbers",
        "exclude_modules|[1]|a list of module names, or a regular expression",
        "r|0|a whole number, 1 or more",
        "r|8.5|a whole number, 1 or more",
        "lora_alpha|\"32\"|a number in its range",
        "lora_dropout|1|a number in its range"
      })
  void refusesByNameWhatWouldChangeTheResult(String key, String value, String expected)
      throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(golden("llama"));
    json.set(key, JSON.readTree(value));
    Failure failure =
        assertThrows(Failure.class, () -> AdapterConfig.fromJson(json.toString(), "here"));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot use the adapter's config, '"
            + key
            + "' has a value that is not supported: "
            + value
            + " in here (expected "
            + expected
            + "). Use a plain LoRA adapter.",
        failure.getMessage());
  }

  @Test
  void acceptsNewKeysThatChangeNothing() throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(golden("llama"));
    json.put("lora_bias", false).put("peft_version", "0.17.0").putNull("exclude_modules");
    assertEquals(8, AdapterConfig.fromJson(json.toString(), "here").rank());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|it is not JSON",
        "version https://git-lfs.github.com/spec/v1|Cannot read the adapter's config, it is a Git LFS pointer: here (expected the file itself). Run git lfs pull in its folder.",
        "[]|it is not a JSON object: ARRAY",
        "{\"r\":1,\"r\":2}|it is not JSON: Duplicate field 'r'",
        "{}|'r' has a value that is not supported: missing"
      })
  void refusesWhatIsNoConfig(String text, String message) {
    Failure failure = assertThrows(Failure.class, () -> AdapterConfig.fromJson(text, "here"));
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
  }

  @Test
  void reportsAllWrongSettingsAtOnce() {
    Failure failure =
        assertThrows(
            Failure.class, () -> new AdapterConfig(0, Double.NaN, 1, List.of(), false, "b"));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot make an adapter, its settings are wrong: lora_rank is 0 (expected 1 or more);"
            + " lora_alpha is NaN (expected a number); lora_dropout is 1.0 (expected 0 ≤ p < 1);"
            + " lora_targets is [] (expected module names). Correct the flags.",
        failure.getMessage());
  }

  private static String golden(String family) throws IOException {
    return Files.readString(Fixtures.path(family, "golden/adapter/adapter_config.json"));
  }
}
