package org.sparklora.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

/** Most tokens that a model was made for, as its {@code config.json} says. */
final class ContextLength {
  /** Where {@code config.json} says nothing. */
  static final int UNKNOWN = 2048;

  private static final List<String> KEYS =
      List.of("max_position_embeddings", "seq_length", "max_sequence_length", "model_max_length");

  private ContextLength() {}

  static int of(Store store, String modelFolder) {
    String path = Store.child(modelFolder, "config.json");
    JsonNode config;
    try {
      config = new ObjectMapper().readTree(store.readText(path));
    } catch (JsonProcessingException e) {
      throw Failure.input(
          "Cannot open the model, its config.json is not JSON: %s (expected the published file). Copy the model again."
              .formatted(path));
    }
    return KEYS.stream()
        .map(config::path)
        .filter(JsonNode::canConvertToInt)
        .mapToInt(JsonNode::asInt)
        .findFirst()
        .orElse(UNKNOWN);
  }
}
