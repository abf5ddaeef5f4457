package org.sparklora.model.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.Fixtures;
import org.sparklora.model.spec.DecoderSpec.Window;

/** What each family's words mean: the window of each layer, 0 where it sees everything. */
class TestSlidingWindows {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mistral | {\"sliding_window\": null} | 0 0 0",
        "mistral | {\"sliding_window\": 4096} | 4096 4096 4096",
        "mistral | {} | 4096 4096 4096",
        "phi3 | {\"sliding_window\": 2047} | 2047 2047 2047",
        "phi3 | {} | 0 0 0",
        "qwen2 | {\"use_sliding_window\": false, \"sliding_window\": 7} | 0 0 0",
        "qwen2 | {\"use_sliding_window\": true, \"sliding_window\": 7, \"max_window_layers\": 1} |"
            + " 0 7 7",
        "qwen2 | {\"use_sliding_window\": true, \"sliding_window\": 7, \"max_window_layers\": 3} |"
            + " 0 0 0",
        "qwen2 | {\"use_sliding_window\": true, \"sliding_window\": 7} | 0 0 0",
        "qwen3 | {\"use_sliding_window\": true, \"sliding_window\": 7, \"max_window_layers\": 0} |"
            + " 7 7 7",
        "qwen3 | {\"use_sliding_window\": true, \"sliding_window\": 7, \"max_window_layers\": 0,"
            + " \"layer_types\": [\"sliding_attention\", \"full_attention\","
            + " \"sliding_attention\"]} | 7 0 7",
        "gemma3_text | {\"sliding_window\": 16, \"sliding_window_pattern\": 2} | 16 0 16",
        "gemma3_text | {\"sliding_window\": 16} | 16 16 16",
        "gemma3_text | {\"sliding_window\": 16, \"sliding_window_pattern\": 2, \"layer_types\":"
            + " [\"full_attention\", \"full_attention\", \"sliding_attention\"]} | 0 0 16",
        "llama | {\"sliding_window\": null, \"layer_types\": [\"full_attention\","
            + " \"full_attention\", \"full_attention\"]} | 0 0 0"
      })
  void eachLayerHasTheWindowOfItsFamilysRule(String family, String keys, String expected)
      throws IOException {
    ObjectNode config =
        (ObjectNode) JSON.readTree(Fixtures.path(family, "model/config.json").toFile());
    config.remove(
        List.of("sliding_window", "use_sliding_window", "max_window_layers", "layer_types"));
    config.put("num_hidden_layers", 3);
    config.setAll((ObjectNode) JSON.readTree(keys));
    Window window = Families.describe(ModelConfig.parse("config.json", config.toString())).window();
    assertEquals(
        List.of(expected.split(" ")),
        IntStream.range(0, 3).mapToObj(layer -> "" + window.of(layer)).toList());
  }
}
