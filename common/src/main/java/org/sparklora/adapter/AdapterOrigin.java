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

  private static final String PLAIN = "none";

  /** What the same file says in a base that adapters were merged into: their mix. */
  public static final String MERGED = "merged";

  /** The one in {@code folder}, if any. */
  public static Optional<AdapterOrigin> read(Store store, String folder) {
    return told(store, folder)
        .map(told -> new AdapterOrigin(told.path("base_fingerprint").asText(""), form(told)));
  }

  /**
   * The form that prompts of the adapters had which were merged into the base in {@code folder}.
   */
  public static Optional<JsonNode> formOfMerged(Store store, String folder) {
    return told(store, folder).filter(told -> told.has(MERGED)).flatMap(AdapterOrigin::form);
  }

  private static Optional<JsonNode> form(JsonNode told) {
    return Optional.of(told.path("prompt_form")).filter(JsonNode::isObject);
  }

  private static Optional<JsonNode> told(Store store, String folder) {
    String path = Store.child(folder, FILE);
    if (!store.exists(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ObjectMapper().readTree(store.readText(path)));
    } catch (JsonProcessingException e) {
      throw Failure.input(
          "Cannot use the adapter, a file is not JSON: %s (expected what the train job wrote). Copy the adapter again."
              .formatted(path));
    }
  }

  /**
   * What its prompts were trained as, in words; nothing where that is how they are written now.
   *
   * @param now the note of a form; empty for plain texts
   */
  public Optional<String> trainedOtherwise(Optional<JsonNode> now) {
    Optional<JsonNode> own = promptForm.filter(form -> !isPlain(form));
    Optional<JsonNode> other = now.filter(form -> !isPlain(form));
    if (own.equals(other)) {
      return Optional.empty();
    }
    return Optional.of(nameBeside(nameOf(other), own));
  }

  /** The name of a form that is another than the one called {@code known}, maybe like it. */
  public static String nameBeside(String known, Optional<JsonNode> form) {
    String name = nameOf(form);
    return name.equals(known) ? "another " + name : name;
  }

  /** The name of a form. */
  public static String nameOf(Optional<JsonNode> form) {
    return form.map(note -> note.path("form").asText()).orElse(PLAIN);
  }

  private static boolean isPlain(JsonNode form) {
    return form.path("form").asText().equals(PLAIN);
  }

  /** The refusal of a base that is another; {@code folder} names the adapter. */
  public Failure onAnother(String fingerprint, String folder) {
    return Failure.input(
        "Cannot use the adapter, it was trained on another base: %s in %s (expected %s). Give the base that it was trained on, or add --trust_base."
            .formatted(base, folder, fingerprint));
  }
}
