package org.sparklora.model.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.storage.Store;

/** What configurations mean, and which are refused. */
class TestDecoderSpec {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIST =
      ". Use a model of a supported kind: chatglm (ChatGLM-6B), chatglm2 (ChatGLM2-6B), baichuan"
          + " (Baichuan-7B), llama, qwen2.";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama | mlp_bias | true | mlp_bias = true | false",
        "llama | hidden_act | \"gelu\" | hidden_act = gelu | silu",
        "llama | attention_dropout | 0.1 | attention_dropout = 0.1 | 0 or 0.0",
        "llama | rope_scaling | {\"type\": \"linear\", \"factor\": 2.0} | rope_scaling of type"
            + " linear | rope_scaling of type llama3",
        "llama | rope_scaling | {\"rope_type\": \"yarn\", \"factor\": 2.0} | rope_scaling of type"
            + " yarn | rope_scaling of type llama3",
        "llama | quantization_config | {\"bits\": 4} | quantization_config = {\"bits\":4} | no"
            + " such key",
        "llama | num_key_value_heads | 3 | num_key_value_heads = 3 | a divisor of"
            + " num_attention_heads = 4",
        "llama | num_attention_heads | 5 | num_attention_heads = 5 | a divisor of hidden_size = 64",
        "llama | model_type | \"mixtral\" | model_type = mixtral | a supported family",
        "llama | final_logit_softcapping | 30.0 | final_logit_softcapping = 30.0 | no such key",
        "qwen2 | use_sliding_window | true | use_sliding_window = true | false",
        "chatglm2 | add_bias_linear | true | add_bias_linear = true | false",
        "chatglm2 | rmsnorm | false | rmsnorm = false | true",
        "chatglm2 | post_layer_norm | false | post_layer_norm = false | true",
        "chatglm2 | multi_query_attention | false | multi_query_attention = false | true",
        "chatglm2 | rope_ratio | 16 | rope_ratio = 16 | 1 or 1.0",
        "chatglm2 | pre_seq_len | 128 | pre_seq_len = 128 | 0",
        "chatglm | quantization_bit | 4 | quantization_bit = 4 | 0",
        "chatglm | position_encoding_2d | false | position_encoding_2d = false | true",
        "baichuan | num_hidden_layers | 40 | a 13B shape, which uses ALiBi | the 7B model with"
            + " rotary positions",
        "baichuan | hidden_size | 5120 | a 13B shape, which uses ALiBi | the 7B model with rotary"
            + " positions",
        "baichuan | z_loss_weight | 0 | architectures = BaichuanForCausalLM, which normalises the"
            + " head's weights | BaiChuanForCausalLM"
      })
  void whatWouldChangeTheResultIsRefusedByName(
      String family, String key, String value, String named, String expected) {
    Failure failure = assertThrows(Failure.class, () -> describe(family, key, value));
    assertEquals(
        "Cannot run this model, its configuration asks for something that is not supported: "
            + named
            + " in config.json (expected "
            + expected
            + ")"
            + LIST,
        failure.getMessage());
    assertEquals(ExitCode.INPUT, failure.exitCode());
  }

  @Test
  void chatglmOfUnknownGenerationIsRefused() {
    ObjectNode config = config("chatglm2");
    config.remove("multi_query_group_num");
    Failure failure = assertThrows(Failure.class, () -> describe(config));
    assertEquals(
        "Cannot run this model, its configuration asks for something that is not supported:"
            + " model_type = chatglm of unknown generation in config.json (expected"
            + " position_encoding_2d or inner_hidden_size for ChatGLM-6B, multi_query_group_num"
            + " and padded_vocab_size for ChatGLM2-6B)"
            + LIST,
        failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_size | \"big\" | hidden_size = \"big\" | a whole number",
        "hidden_size | null | hidden_size = null | a whole number",
        "rms_norm_eps | \"small\" | rms_norm_eps = \"small\" | a number",
        "tie_word_embeddings | 1 | tie_word_embeddings = 1 | true or false"
      })
  void valuesOfTheWrongKindAreNamed(String key, String value, String named, String expected) {
    Failure failure = assertThrows(Failure.class, () -> describe("llama", key, value));
    assertEquals(
        "Cannot read the model's configuration, a value is missing or of the wrong kind: "
            + named
            + " in config.json (expected "
            + expected
            + "). Copy config.json again.",
        failure.getMessage());
  }

  @Test
  void whatLiesInPlaceOfTheConfigurationIsNamed() {
    assertEquals(
        "Cannot read the model's configuration, it is a web page: c.json (expected the file itself). Download it again, from the link to the file itself.",
        assertThrows(Failure.class, () -> ModelConfig.parse("c.json", "<html>")).getMessage());
  }

  @Test
  void textThatIsNoConfigurationIsNamed() {
    assertEquals(
        "Cannot read the model's configuration, it is not valid JSON: c.json. Copy the file again.",
        assertThrows(Failure.class, () -> ModelConfig.parse("c.json", "{")).getMessage());
    assertEquals(
        "Cannot read the model's configuration, it is not a JSON object: c.json. Give a model"
            + " folder in Hugging Face layout.",
        assertThrows(Failure.class, () -> ModelConfig.parse("c.json", "[1]")).getMessage());
  }

  @Test
  void newConfigurationsKeepRotaryValuesInRopeParameters() {
    ObjectNode config = config("qwen2");
    DecoderSpec old = describe(config);
    config.remove("rope_theta");
    config.putObject("rope_parameters").put("rope_type", "default").put("rope_theta", 1000000.0);
    assertEquals(old.rotary(), describe(config).rotary());
  }

  private static DecoderSpec describe(String family, String key, String value) {
    ObjectNode config = config(family);
    try {
      JsonNode node = JSON.readTree(value);
      config.set(key, node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return describe(config);
  }

  private static DecoderSpec describe(ObjectNode config) {
    return Families.describe(ModelConfig.parse("config.json", config.toString()));
  }

  private static ObjectNode config(String family) {
    String path = Fixtures.path(family, "model").resolve("config.json").toString();
    try {
      return (ObjectNode) JSON.readTree(Store.local().readText(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
