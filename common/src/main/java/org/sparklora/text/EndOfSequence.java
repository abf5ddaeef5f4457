package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import org.sparklora.Failure;

/** Reads {@code eos_token_id} of {@code config.json}. */
final class EndOfSequence {
  private static final int NONE = -1;

  private EndOfSequence() {}

  static int of(JsonNode config) {
    return of(config, NONE);
  }

  /**
   * The end token's id. Some chat models list several: then the tokenizer's own if it is listed,
   * otherwise the first; where there is none, the tokenizer's own.
   */
  static int of(JsonNode config, int preferred) {
    JsonNode id = config.path("eos_token_id");
    if (id.isArray() && !id.isEmpty()) {
      for (JsonNode one : id) {
        if (one.asInt(-1) == preferred) {
          return preferred;
        }
      }
      id = id.get(0);
    }
    if ((id.isMissingNode() || id.isNull()) && preferred >= 0) {
      return preferred;
    }
    if (!id.isInt() || id.asInt() < 0) {
      throw Failure.input(
          "Cannot open the base model, eos_token_id of its config.json is not a token id: %s (expected a number from 0). Download config.json again."
              .formatted(id.isMissingNode() ? "missing" : id.toString()));
    }
    return id.asInt();
  }
}
