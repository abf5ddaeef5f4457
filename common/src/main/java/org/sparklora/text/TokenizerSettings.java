package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code tokenizer_config.json}: what stands beside the vocabulary; empty where there is none. */
record TokenizerSettings(JsonNode json) {
  boolean flag(String name, boolean byDefault) {
    return json.path(name).asBoolean(byDefault);
  }

  int number(String name, int byDefault) {
    return json.path(name).asInt(byDefault);
  }

  /** The text of the special token for {@code role}: a string, or an object with the content. */
  String specialToken(String role, String byDefault) {
    JsonNode token = json.path(role + "_token");
    return token.isObject() ? token.path("content").asText(byDefault) : token.asText(byDefault);
  }
}
