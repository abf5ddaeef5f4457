package org.sparklora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

class TestModelFamily {
  private static final ObjectMapper JSON = new ObjectMapper();

  @EachFamily
  void configurationsSayTheirFamily(String family) throws IOException {
    Path config = Fixtures.path(family, "model/config.json");
    assertEquals(
        Optional.of(Fixtures.family(family)), ModelFamily.of(JSON.readTree(config.toFile())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{\"model_type\": null}",
        "{\"model_type\": 7}",
        "{\"model_type\": \"mamba\"}",
        "{\"model_type\": \"LLAMA\"}",
        "{\"model_type\": \"chatglm\"}",
        "{\"model_type\": \"chatglm\", \"position_encoding_2d\": null}",
        "{\"model_type\": \"chatglm\", \"padded_vocab_size\": 9}",
        "{\"model_type\": \"chatglm\", \"inner_hidden_size\": 9, \"padded_vocab_size\": 9,"
            + " \"multi_query_group_num\": 2}"
      })
  void whatFitsNoneOrSeveralHasNoFamily(String config) throws IOException {
    assertEquals(Optional.empty(), ModelFamily.of(JSON.readTree(config)));
  }

  @Test
  void aWordIsItsFamilysOnly() {
    for (ModelFamily family : ModelFamily.values()) {
      assertEquals(Optional.of(family), ModelFamily.ofWord(family.word()));
    }
    assertEquals(Optional.empty(), ModelFamily.ofWord("mamba"));
    assertEquals(Optional.empty(), ModelFamily.ofWord("LLAMA"));
  }

  /** A family that lacks one of its parts would end a job as a defect. */
  @EachFamily
  void everyFamilyHasAShapeATokenizerAndTargetsAmongItsModules(String family) {
    String folder = Fixtures.path(family, "model").toString();
    DecoderSpec spec = DecoderSpec.read(Store.local(), folder);
    assertEquals(Fixtures.family(family), spec.family());
    List<String> modules = spec.linearModules().stream().map(LinearModule::shortName).toList();
    assertTrue(modules.containsAll(spec.family().usualTargets()), modules.toString());
    assertTrue(!spec.family().usualTargets().isEmpty());
    try (TokenCodec codec = Codecs.open(Path.of(folder))) {
      assertTrue(codec.encodePrompt("1 + 1").length > 0);
    }
  }
}
