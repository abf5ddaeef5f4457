package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import org.sparklora.Failure;

/** The model families whose text rules are known here. */
enum TokenizerFamily {
  CHATGLM,
  CHATGLM2,
  BAICHUAN,
  LLAMA,
  QWEN2;

  /** Both ChatGLM generations say {@code chatglm}; their other keys tell them apart. */
  static TokenizerFamily of(JsonNode config) {
    String type = config.path("model_type").asText("");
    return switch (type) {
      case "chatglm" -> chatGlm(config);
      case "baichuan" -> BAICHUAN;
      case "llama" -> LLAMA;
      case "qwen2" -> QWEN2;
      default -> throw unknown("model_type", type);
    };
  }

  private static TokenizerFamily chatGlm(JsonNode config) {
    if (config.has("position_encoding_2d") || config.has("inner_hidden_size")) {
      return CHATGLM;
    }
    if (config.has("multi_query_group_num") && config.has("padded_vocab_size")) {
      return CHATGLM2;
    }
    throw unknown("generation of chatglm", "neither ChatGLM-6B's nor ChatGLM2-6B's keys");
  }

  private static Failure unknown(String what, String actual) {
    return Failure.input(
        "Cannot open the base model, its config.json names an unknown %s: %s (expected chatglm, baichuan, llama or qwen2). Choose a supported base model."
            .formatted(what, actual));
  }
}
