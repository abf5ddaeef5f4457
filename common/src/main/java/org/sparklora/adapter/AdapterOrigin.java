package org.sparklora.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

/**
 * What {@code sparklora.json}, beside an adapter of ours, says about its base. PEFT's own adapters
 * have none.
 *
 * @param base fingerprint of the base model it was trained on; empty if unknown
 * @param promptForm the note of the form that its prompts had; empty for older ones, which were
 *     plain texts
 */
public record AdapterOrigin(String base, Optional<JsonNode> promptForm) {
  public static final String FILE = "sparklora.json";

  /** The one in {@code folder}, if any. */
  public static Optional<AdapterOrigin> read(Store store, String folder) {
    String path = Store.child(folder, FILE);
    if (!store.exists(path)) {
      return Optional.empty();
    }
    try {
      JsonNode told = new ObjectMapper().readTree(store.readText(path));
      return Optional.of(
          new AdapterOrigin(
              told.path("base_fingerprint").asText(""),
              Optional.of(told.path("prompt_form")).filter(JsonNode::isObject)));
    } catch (JsonProcessingException e) {
      throw Failure.input(
          "Cannot use the adapter, a file is not JSON: %s (expected what the train job wrote). Copy the adapter again."
              .formatted(path));
    }
  }

  /** The refusal of a base that is another; {@code folder} names the adapter. */
  public Failure onAnother(String fingerprint, String folder) {
    return Failure.input(
        "Cannot use the adapter, it was trained on another base: %s in %s (expected %s). Give the base that it was trained on, or add --trust_base."
            .formatted(base, folder, fingerprint));
  }
}
