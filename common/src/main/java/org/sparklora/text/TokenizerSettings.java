package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code tokenizer_config.json}: settings that the vocabulary file lacks; empty if missing. */
record TokenizerSettings(JsonNode json) {
  boolean flag(String name, boolean byDefault) {
    return json.path(name).asBoolean(byDefault);
  }

  /** These settings with {@code value} where they say nothing about {@code name}. */
  TokenizerSettings withDefault(String name, String value) {
    ObjectNode settings = json.deepCopy();
    return json.has(name) ? this : new TokenizerSettings(settings.put(name, value));
  }

  /** {@code tokenizer_class} without the ending that versions before 5 gave to fast ones. */
  String tokenizerClass() {
    return json.path("tokenizer_class").asText("").replaceFirst("Fast$", "");
  }

  int number(String name, int byDefault) {
    return json.path(name).asInt(byDefault);
  }

  /** Text of the special token for {@code role}, given as a string or as an object with content. */
  String specialToken(String role, String byDefault) {
    JsonNode token = json.path(role + "_token");
    return token.isObject() ? token.path("content").asText(byDefault) : token.asText(byDefault);
  }
}
