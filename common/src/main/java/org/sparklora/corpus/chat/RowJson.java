package org.sparklora.corpus.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.stream.StreamSupport;

/** Rows as JSON, and lists in them that are texts which hold the JSON of one, as cells do. */
final class RowJson {
  private static final int DEEPEST = 500;
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(Integer.MAX_VALUE)
                          .maxNestingDepth(DEEPEST)
                          .build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private RowJson() {}

  static JsonNode object(String json) {
    JsonNode row = tree(json, ChatFault.BAD_JSON);
    RowParts.require(row.isObject(), ChatFault.NOT_AN_OBJECT);
    return row;
  }

  static JsonNode tree(String json, ChatFault otherwise) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw otherwise.found();
    }
  }

  /** A list; a text that begins like one has to be one. Any other value as it is. */
  static JsonNode list(JsonNode value) {
    return beginsLikeAList(value) ? tree(value.textValue(), ChatFault.BAD_JSON) : value;
  }

  /** The turns that a text holds; any other value, and any other text, as it is. */
  static JsonNode turns(JsonNode value, String roleKey) {
    if (!beginsLikeAList(value)) {
      return value;
    }
    try {
      JsonNode list = JSON.readTree(value.textValue());
      boolean turns =
          !list.isEmpty()
              && StreamSupport.stream(list.spliterator(), false).allMatch(i -> i.has(roleKey));
      return turns ? list : value;
    } catch (JsonProcessingException e) {
      return value;
    }
  }

  private static boolean beginsLikeAList(JsonNode value) {
    return value.isTextual() && value.textValue().stripLeading().startsWith("[");
  }
}
