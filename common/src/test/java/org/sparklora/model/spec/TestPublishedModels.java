package org.sparklora.model.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;
import org.sparklora.storage.Store;

/**
 * The README's table of published names against their {@code config.json}, whose values are written
 * down in {@code model/published/}.
 */
class TestPublishedModels {
  private static final Path CONFIGS = Path.of("src/test/resources/model/published");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|`]+) \\| ([^|]+) \\|$");
  private static final String REFUSED =
      "Cannot run this model, its configuration asks for something that is not supported: ";
  private static final Pattern WORD = Pattern.compile("`([^`]+)`");

  @TempDir Path folder;

  @Test
  void everyNameIsReadOrRefusedAsTheReadmeSays() throws IOException {
    for (Map.Entry<String, String> row : rows().entrySet()) {
      String name = row.getKey();
      String word = word(row.getValue());
      if (ModelFamily.ofWord(word).isPresent()) {
        DecoderSpec spec = read(name);
        assertEquals(word, spec.family().word(), name);
        assertEquals(layers(name), spec.size().layers(), name);
      } else {
        Failure failure = assertThrows(Failure.class, () -> read(name), name);
        assertEquals(ExitCode.INPUT, failure.exitCode());
        String what = word.equals("model_type") ? word + " = " + text(name, word) : word;
        assertTrue(failure.getMessage().startsWith(REFUSED + what + " "), failure.getMessage());
      }
    }
  }

  @Test
  void everyConfigurationIsARow() throws IOException {
    try (Stream<Path> files = Files.list(CONFIGS)) {
      assertEquals(
          files.map(f -> f.getFileName().toString().replace(".json", "")).sorted().toList(),
          rows().keySet().stream().toList());
    }
  }

  @Test
  void aKeyThatNobodyKnowsIsRefusedByNameInEachOfThem() throws IOException {
    for (Map.Entry<String, String> row : rows().entrySet()) {
      if (ModelFamily.ofWord(word(row.getValue())).isPresent()) {
        ObjectNode config = (ObjectNode) config(row.getKey());
        Files.writeString(
            folder.resolve("config.json"), config.put("residual_turns", 3).toString());
        Failure failure =
            assertThrows(Failure.class, () -> DecoderSpec.read(Store.local(), folder.toString()));
        assertTrue(
            failure.getMessage().startsWith(REFUSED + "residual_turns = 3 in "),
            failure.getMessage());
      }
    }
  }

  /** What transformers 5 makes of these files when it saves them. */
  @Test
  void theWordsOfTransformers5SayTheSame() throws IOException {
    for (Map.Entry<String, String> row : rows().entrySet()) {
      ObjectNode config = (ObjectNode) config(row.getKey());
      if (ModelFamily.ofWord(word(row.getValue())).isPresent() && !config.has("auto_map")) {
        DecoderSpec spec = read(row.getKey());
        assertEquals(spec, read(inNewWords(config, spec)), row.getKey());
      }
    }
  }

  private static ObjectNode inNewWords(ObjectNode config, DecoderSpec spec) {
    ObjectNode rotary = config.objectNode().put("rope_type", "default");
    if (config.hasNonNull("rope_scaling")) {
      rotary.setAll((ObjectNode) config.get("rope_scaling"));
    }
    for (String key : List.of("rope_theta", "partial_rotary_factor")) {
      if (config.has(key)) {
        rotary.set(key, config.remove(key));
      }
    }
    if (config.has("rope_local_base_freq")) {
      ObjectNode sliding = config.objectNode().put("rope_type", "default");
      sliding.set("rope_theta", config.remove("rope_local_base_freq"));
      ObjectNode full = rotary;
      rotary = config.objectNode();
      rotary.set("full_attention", full);
      rotary.set("sliding_attention", sliding);
    }
    config.remove(List.of("rope_scaling", "torch_dtype"));
    config.set("rope_parameters", rotary);
    ArrayNode layers = config.putArray("layer_types");
    for (int i = 0; i < spec.size().layers(); i++) {
      layers.add(spec.window().of(i) > 0 ? "sliding_attention" : "full_attention");
    }
    return config.put("dtype", "bfloat16").put("transformers_version", "5.24.0");
  }

  private DecoderSpec read(String name) throws IOException {
    return read((ObjectNode) config(name));
  }

  private DecoderSpec read(ObjectNode config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.toString());
    return DecoderSpec.read(Store.local(), folder.toString());
  }

  private static int layers(String name) throws IOException {
    JsonNode config = config(name);
    return config.path("num_hidden_layers").asInt(config.path("num_layers").asInt());
  }

  private static String text(String name, String key) throws IOException {
    return config(name).get(key).asText();
  }

  private static JsonNode config(String name) throws IOException {
    return new ObjectMapper().readTree(CONFIGS.resolve(name + ".json").toFile());
  }

  /** What happens, by name. */
  private static Map<String, String> rows() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    int start = readme.indexOf("| published name | what happens |");
    Matcher rows = ROW.matcher(readme.substring(start, readme.indexOf("\n\n", start)));
    Map<String, String> answers = new TreeMap<>();
    while (rows.find()) {
      String answer = rows.group(2);
      Arrays.stream(rows.group(1).split(", ")).forEach(name -> answers.put(name, answer));
    }
    answers.remove("published name");
    assertTrue(answers.size() > 40, answers.keySet().toString());
    return answers;
  }

  private static String word(String answer) {
    Matcher word = WORD.matcher(answer);
    assertTrue(word.find(), answer);
    return word.group(1);
  }
}
