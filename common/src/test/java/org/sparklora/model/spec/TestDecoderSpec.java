package org.sparklora.model.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.ModelFamily;
import org.sparklora.storage.Store;

/** What configurations mean, and which are refused. */
class TestDecoderSpec {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIST =
      ". Use a model of a supported kind: chatglm (ChatGLM-6B), chatglm2 (ChatGLM2-6B), chatglm3"
          + " (ChatGLM3-6B), glm (GLM-4-9B-chat-hf), baichuan (Baichuan-7B), baichuan2"
          + " (Baichuan2-7B), llama, mistral, qwen2, qwen3, phi3 (Phi-3-mini-4k), gemma3_text"
          + " (Gemma 3 without images).";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama | mlp_bias | true | mlp_bias = true | false",
        "llama | hidden_act | \"gelu\" | hidden_act = gelu | silu",
        "llama | rope_scaling | {\"type\": \"yarn\", \"factor\": 1, \"mscale\": 2} | mscale = 2 | no such key",
        "llama | logit_scale | 2 | logit_scale = 2 | 1",
        "llama | num_local_experts | 8 | num_local_experts = 8 | 0",
        "llama | rope_scaling | {\"type\": \"linear\", \"factor\": 2.0} | rope_scaling of type"
            + " linear | rope_scaling of type llama3",
        "llama | rope_scaling | {\"rope_type\": \"yarn\", \"factor\": 2.0} | rope_scaling of type"
            + " yarn | rope_scaling of type llama3",
        "llama | quantization_config | {\"bits\": 4} | quantization_config = {\"bits\":4} | a model"
            + " whose numbers are fp32, bf16 or fp16",
        "qwen3 | quantization | {\"bits\": 4} | quantization = {\"bits\":4} | a model whose numbers"
            + " are fp32, bf16 or fp16",
        "qwen2 | architectures | [\"Qwen2ForSequenceClassification\"] | architectures ="
            + " Qwen2ForSequenceClassification | a model that answers with tokens",
        "llama32 | rope_parameters | {\"rope_type\": \"yarn\", \"factor\": 4.0} | rope_parameters of"
            + " type yarn | rope_parameters of type llama3",
        "llama | num_key_value_heads | 3 | num_key_value_heads = 3 | a divisor of"
            + " num_attention_heads = 4",
        "llama | head_dim | 15 | head_dim = 15 | an even number",
        "llama | num_attention_heads | 5 | num_attention_heads = 5 | a divisor of hidden_size = 64",
        "llama | model_type | \"mixtral\" | model_type = mixtral | a supported family",
        "llama | final_logit_softcapping | 30.0 | final_logit_softcapping = 30.0 | no such key",
        "llama | sliding_window | 4096 | sliding_window = 4096 | no such key",
        "llama | num_experts | 8 | num_experts = 8 | 0",
        "llama | logits_soft_cap | false | logits_soft_cap = false | no such key",
        "llama | partial_rotary_factor | 0.5 | partial_rotary_factor = 0.5 | 1 or 1.0",
        "llama32 | rope_parameters | {\"rope_type\": \"default\", \"partial_rotary_factor\": 0.5} |"
            + " partial_rotary_factor = 0.5 | 1 or 1.0",
        "llama32 | rope_parameters | {\"rope_type\": \"default\", \"mrope_section\": [8]} |"
            + " mrope_section = [8] | no such key",
        "llama | layer_types | [\"sliding_attention\", \"full_attention\"] | layer_types with"
            + " sliding_attention | full_attention",
        "llama | is_encoder_decoder | true | is_encoder_decoder = true | false",
        "qwen3 | layer_types | [\"full_attention\"] | layer_types of 1 layers |"
            + " num_hidden_layers = 2 of them",
        "qwen3 | layer_types | [\"full_attention\", \"linear_attention\"] | layer_types with"
            + " linear_attention | full_attention or sliding_attention",
        "mistral | sliding_window | 0 | sliding_window = 0 | 1 or more, or null",
        "glm | partial_rotary_factor | 0.45 | partial_rotary_factor = 0.45 | an even number of the 16"
            + " channels of a head",
        "glm | model_type | \"glm4\" | model_type = glm4 | a supported family",
        "phi3 | rope_scaling | {\"type\": \"longrope\", \"short_factor\": [1.0]} | rope_scaling of"
            + " type longrope | rope_scaling of type llama3",
        "phi3 | resid_pdrop | 0.1 | resid_pdrop = 0.1 | 0 or 0.0",
        "phi3 | lm_head_bias | true | lm_head_bias = true | false",
        "gemma3_text | final_logit_softcapping | 30.0 | final_logit_softcapping = 30.0 | no such"
            + " key",
        "gemma3_text | use_bidirectional_attention | true | use_bidirectional_attention = true |"
            + " false",
        "gemma3_text | hidden_activation | \"gelu\" | hidden_activation = gelu |"
            + " gelu_pytorch_tanh",
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
        "baichuan | z_loss_weight | 0.5 | z_loss_weight = 0.5 | 0 or 0.0"
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gemma3 | text_config | {\"model_type\": \"gemma3_text\"} | a model of text alone",
        "qwen2_5_vl | vision_config | {\"depth\": 32} | a model of text alone",
        "qwen3_moe | num_experts | 128 | a model without experts",
        "deepseek_v3 | n_routed_experts | 256 | a model without experts",
        "nemotron_h | hybrid_override_pattern | \"M-M*\" | a model without recurrent layers",
        "gemma2 | final_logit_softcapping | 30.0 | a model that does not cap its logits"
      })
  void aModelOfNoFamilyIsToldWhatItIs(String type, String key, String value, String expected)
      throws IOException {
    ObjectNode config = config("llama").put("model_type", type);
    config.set(key, JSON.readTree(value));
    String what =
        "Cannot run this model, its configuration asks for something that is not supported: model_type = %s in config.json (expected %s)";
    assertEquals(
        what.formatted(type, expected + "; this one has " + key) + LIST,
        assertThrows(Failure.class, () -> describe(config)).getMessage());
    config.set(key, value.startsWith("{") ? JSON.createObjectNode() : JSON.nullNode());
    assertEquals(
        what.formatted(type, "a supported family") + LIST,
        assertThrows(Failure.class, () -> describe(config)).getMessage());
  }

  @Test
  void aLongValueIsCut() {
    ObjectNode config = config("llama");
    config.putObject("quantization_config").putArray("ignore").add("model.layers.".repeat(40));
    String message = assertThrows(Failure.class, () -> describe(config)).getMessage();
    String shown = "{\"ignore\":[\"" + "model.layers.".repeat(40);
    assertTrue(
        message.contains("quantization_config = " + shown.substring(0, 100) + "… in config.json"),
        message);
  }

  @Test
  void numbersThatOnlyPythonWritesAreRead() {
    String own = config("llama").put("rms_norm_eps", "X").put("residual_turns", "Y").toString();
    String odd = own.replace("\"Y\"", "[0.0, Infinity]");
    assertEquals(
        "Cannot read the model's configuration, a value is missing or of the wrong kind: rms_norm_eps = \"NaN\" in config.json (expected a number). Copy config.json again.",
        refusal(odd.replace("\"X\"", "NaN")));
    String named = "residual_turns = [0.0,\"Infinity\"] in config.json (expected no such key)";
    assertTrue(refusal(odd.replace("\"X\"", "1e-6")).contains(named));
  }

  private static String refusal(String config) {
    ModelConfig read = ModelConfig.parse("config.json", config);
    return assertThrows(Failure.class, () -> Families.describe(read)).getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama | partial_rotary_factor | 1.0",
        "llama | logit_scale | 1",
        "llama | attention_dropout | 0.1",
        "llama | hidden_act | \"swish\"",
        "llama | quantization_config | null",
        "llama | num_experts | 0",
        "llama | rope_scaling | {\"type\": \"linear\", \"factor\": 1.0}",
        "llama | rope_scaling | {\"rope_type\": \"yarn\", \"factor\": 1.0, \"original_max_position_embeddings\": 4096}",
        "chatglm2 | rope_ratio | 1.0",
        "chatglm2 | attention_dropout | 0.1",
        "chatglm2 | quantization_bit | 0.0",
        "chatglm2 | pre_seq_len | null",
      })
  void valuesThatChangeNothingAreNoMatter(String family, String key, String value) {
    assertEquals(describe(config(family)), describe(family, key, value));
  }

  @ParameterizedTest
  @CsvSource({"llama, attention_dropout", "chatglm2, hidden_dropout"})
  void dropoutInTheBaseIsRefusedForTrainingAlone(String family, String key) {
    ObjectNode config = config(family).put(key, 0.1);
    assertEquals(describe(config(family)), describe(config));
    Failure failure =
        assertThrows(
            Failure.class,
            () -> Families.checkTraining(ModelConfig.parse("config.json", config.toString())));
    assertEquals(
        "Cannot train this model, its configuration asks for dropout in the base, which is not supported: %s = 0.1 in config.json (expected 0). Set it to 0 there; --lora_dropout is the adapter's own."
            .formatted(key),
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
            + " and padded_vocab_size for ChatGLM2-6B, multi_query_group_num and padded_vocab_size"
            + " and a _name_or_path with chatglm3 for ChatGLM3-6B)"
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
        "tie_word_embeddings | 1 | tie_word_embeddings = 1 | true or false",
        "rope_scaling | \"linear\" | rope_scaling = \"linear\" | an object"
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

  @ParameterizedTest
  @CsvSource({
    "llama, rope_theta, 0",
    "chatglm3, rope_ratio, -1",
    "glm, rope_ratio, 0",
    "gemma3_text, query_pre_attn_scalar, 0",
    "gemma3_text, rope_local_base_freq, 0"
  })
  void basesAndScalesAreAboveZero(String family, String key, String value) {
    assertEquals(
        "Cannot read the model's configuration, a value is missing or of the wrong kind: %s = %s in config.json (expected a number above 0). Copy config.json again."
            .formatted(key, value),
        assertThrows(Failure.class, () -> describe(family, key, value)).getMessage());
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

  @Test
  void theOldWordsOfTheNewestFormSayTheSame() throws IOException {
    Path old = Fixtures.path("llama32", "model/config.v4.json");
    DecoderSpec expected = describe(config("llama32"));
    assertEquals(expected, describe((ObjectNode) JSON.readTree(old.toFile())));
    assertTrue(expected.head().tied());
  }

  @Test
  void keysThatChangeNothingAreAccepted() {
    for (String family : Fixtures.FAMILIES) {
      ObjectNode config = config(family);
      DecoderSpec expected = describe(config);
      NeutralKeys.byReason().values().stream()
          .flatMap(List::stream)
          .filter(key -> !config.has(key))
          .forEach(key -> config.put(key, 1));
      assertEquals(expected, describe(config), family);
    }
  }

  @Test
  void aKeyHasOneReasonToChangeNothing() {
    List<String> keys = NeutralKeys.byReason().values().stream().flatMap(List::stream).toList();
    assertEquals(keys.size(), Set.copyOf(keys).size());
  }

  @Test
  void ropeRatioIsAFactorOfTheBase() {
    DecoderSpec spec = describe("chatglm3", "rope_ratio", "50");
    assertEquals(RotaryFrequencies.plain(500000, 8), spec.rotary().inverseFrequencies());
    DecoderSpec glm = describe("glm", "rope_ratio", "500.0");
    assertEquals(RotaryFrequencies.plain(5e6, 8), glm.rotary().inverseFrequencies());
  }

  @Test
  void aPartOfEachHeadIsTurned() {
    DecoderSpec part = describe("phi3", "partial_rotary_factor", "0.75");
    assertEquals(RotaryFrequencies.plain(10000, 12), part.rotary().inverseFrequencies());
    ObjectNode config = config("glm");
    DecoderSpec old = describe(config);
    config.remove("partial_rotary_factor");
    config
        .putObject("rope_parameters")
        .put("rope_type", "default")
        .put("rope_theta", 10000.0)
        .put("partial_rotary_factor", 0.5);
    assertEquals(old, describe(config));
  }

  @Test
  void gemmasLayersMayHaveRotaryParametersOfTheirOwn() {
    ObjectNode config = config("gemma3_text");
    DecoderSpec old = describe(config);
    config.remove("rope_theta");
    config.remove("rope_local_base_freq");
    ObjectNode parameters = config.putObject("rope_parameters");
    parameters.putObject("full_attention").put("rope_type", "default").put("rope_theta", 1e6);
    parameters.putObject("sliding_attention").put("rope_type", "default").put("rope_theta", 1e4);
    assertEquals(old, describe(config));
  }

  @Test
  void baichuansSecondGenerationNormalisesItsHead() {
    ObjectNode config = config("baichuan");
    config.put("z_loss_weight", 0);
    config.putArray("architectures").add("BaichuanForCausalLM");
    DecoderSpec spec = describe(config);
    assertEquals(ModelFamily.BAICHUAN2, spec.family());
    assertTrue(spec.head().normalised());
    assertFalse(describe(config("baichuan")).head().normalised());
  }

  @Test
  void chatGlm3IsKnownByItsName() {
    ObjectNode config = config("chatglm3");
    assertEquals(ModelFamily.CHATGLM3, describe(config).family());
    config.put("_name_or_path", "/data/ChatGLM3-6B-base");
    assertEquals(ModelFamily.CHATGLM3, describe(config).family());
    config.put("_name_or_path", "THUDM/chatglm2-6b");
    assertEquals(ModelFamily.CHATGLM2, describe(config).family());
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
