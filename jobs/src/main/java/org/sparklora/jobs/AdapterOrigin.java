package org.sparklora.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.sparklora.Failure;
import org.sparklora.model.BaseWeights;
import org.sparklora.storage.Store;

/** Which base an adapter was trained on, where its {@code sparklora.json} says it. */
final class AdapterOrigin {
  private static final String FILE = "sparklora.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private AdapterOrigin() {}

  /** Fails when the adapter says that it belongs to another base; PEFT's own say nothing. */
  static void check(Store store, String adapterFolder, BaseModel base) {
    String file = Store.child(adapterFolder, FILE);
    if (!store.exists(file)) {
      return;
    }
    String made = fingerprint(store.readText(file), file);
    try (BaseWeights weights = BaseWeights.open(store, base.folder())) {
      if (!made.isEmpty() && !made.equals(weights.fingerprint())) {
        throw Failure.input(
            "Cannot use the adapter, it belongs to another base: %s in %s (expected %s of %s). Give an adapter of this base, or its own base."
                .formatted(made, adapterFolder, weights.fingerprint(), base.name()));
      }
    }
  }

  private static String fingerprint(String text, String file) {
    try {
      return JSON.readTree(text).path("base_fingerprint").asText("");
    } catch (JsonProcessingException e) {
      throw Failure.input(
          "Cannot use the adapter, its %s is no JSON: %s (expected what the train job wrote). Copy the adapter again."
              .formatted(FILE, file),
          e);
    }
  }
}
