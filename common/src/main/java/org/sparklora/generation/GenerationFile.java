package org.sparklora.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import org.sparklora.Failure;
import org.sparklora.StandIn;
import org.sparklora.storage.Store;

/**
 * A model's {@code generation_config.json}, key by key; keys that transformers itself does not know
 * change nothing there either and are passed over.
 */
final class GenerationFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What transformers takes where a file asks to sample and does not say. */
  private static final Map<String, String> OF_SAMPLING =
      Map.of("temperature", "1.0", "top_k", "50");

  private static final String NEVER = "";

  /** Other ways to an answer than ours, with the value that asks for nothing. */
  private static final Map<String, String> NOT_DONE =
      Map.ofEntries(
          Map.entry("num_beams", "1"),
          Map.entry("num_beam_groups", "1"),
          Map.entry("penalty_alpha", "0"),
          Map.entry("dola_layers", NEVER),
          Map.entry("guidance_scale", "1"),
          Map.entry("min_length", "0"),
          Map.entry("no_repeat_ngram_size", "0"),
          Map.entry("encoder_no_repeat_ngram_size", "0"),
          Map.entry("encoder_repetition_penalty", "1"),
          Map.entry("bad_words_ids", NEVER),
          Map.entry("force_words_ids", NEVER),
          Map.entry("constraints", NEVER),
          Map.entry("sequence_bias", NEVER),
          Map.entry("suppress_tokens", NEVER),
          Map.entry("begin_suppress_tokens", NEVER),
          Map.entry("forced_bos_token_id", NEVER),
          Map.entry("forced_eos_token_id", NEVER),
          Map.entry("exponential_decay_length_penalty", NEVER),
          Map.entry("watermarking_config", NEVER));

  /** The same of what matters only where tokens are drawn. */
  private static final Map<String, String> NOT_DONE_IN_DRAWS =
      Map.of(
          "min_p", "0",
          "typical_p", "1",
          "epsilon_cutoff", "0",
          "eta_cutoff", "0",
          "top_h", NEVER);

  private final String path;
  private final JsonNode root;

  private GenerationFile(String path, JsonNode root) {
    this.path = path;
    this.root = root;
  }

  /** One without keys where there is no file. */
  static GenerationFile read(Store store, String path) {
    if (!store.exists(path)) {
      return new GenerationFile(path, JSON.createObjectNode());
    }
    String text = store.readText(path);
    StandIn.refuse(text.getBytes(StandardCharsets.UTF_8), "the model's settings", "it", path);
    try {
      JsonNode root = JSON.readTree(text);
      if (!root.isObject()) {
        throw refused("it is not a JSON object", root.getNodeType(), path, "an object");
      }
      return new GenerationFile(path, root);
    } catch (JsonProcessingException e) {
      throw refused("it is not JSON", "line " + e.getLocation().getLineNr(), path, "an object");
    }
  }

  /** {@code eos_token_id}, a number or a list of them; none where it is missing or null. */
  List<Integer> endTokens() {
    JsonNode value = root.path("eos_token_id");
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : value.isArray() ? value : List.of(value)) {
      if (id.isIntegralNumber() && id.canConvertToInt() && id.asInt() >= 0) {
        ids.add(id.asInt());
      } else if (!id.isNull() && !id.isMissingNode()) {
        throw refused("eos_token_id is no token id", id, path, "numbers from 0");
      }
    }
    return ids;
  }

  List<String> stopTexts() {
    JsonNode value = root.path("stop_strings");
    List<String> texts = new ArrayList<>();
    for (JsonNode text : value.isArray() ? value : List.of(value)) {
      if (text.isTextual() && !text.asText().isEmpty()) {
        texts.add(text.asText());
      } else if (!text.isNull() && !text.isMissingNode()) {
        throw refused("stop_strings is no list of texts", text, path, "texts");
      }
    }
    return texts;
  }

  /** Values of our flags, as far as the file has them. */
  Map<String, String> values() {
    NOT_DONE.forEach(this::refuse);
    Map<String, String> values = new LinkedHashMap<>();
    takeWhole(values, "max_new_tokens", 1);
    takeWhole(values, "min_new_tokens", 0);
    take(values, "repetition_penalty", n -> n > 0);
    if (root.path("do_sample").asBoolean(false)) {
      NOT_DONE_IN_DRAWS.forEach(this::refuse);
      values.putAll(OF_SAMPLING);
      take(values, "temperature", n -> n >= 0);
    }
    takeWhole(values, "top_k", 0);
    take(values, "top_p", n -> n > 0 && n <= 1);
    return values;
  }

  private void takeWhole(Map<String, String> values, String key, int least) {
    take(values, key, n -> n >= least && n == (int) n);
    values.computeIfPresent(key, (k, v) -> String.valueOf((int) Double.parseDouble(v)));
  }

  private void take(Map<String, String> values, String key, DoublePredicate inRange) {
    JsonNode value = root.path(key);
    if (value.isNull() || value.isMissingNode()) {
      return;
    }
    if (!value.isNumber() || !inRange.test(value.asDouble())) {
      throw refused(key + " is out of range", value, path, "a number that transformers takes");
    }
    values.put(key, value.asText());
  }

  private void refuse(String key, String nothing) {
    JsonNode value = root.path(key);
    boolean asks = value.isContainerNode() ? !value.isEmpty() : !value.isNull();
    if (value.isMissingNode() || !asks) {
      return;
    }
    if (nothing.equals(NEVER)
        || !value.isNumber()
        || value.asDouble() != Integer.parseInt(nothing)) {
      String expected = nothing.equals(NEVER) ? "no such key" : nothing;
      throw refused(key + " is not supported", value, path, expected);
    }
  }

  private static Failure refused(String why, Object actual, String path, String expected) {
    return Failure.input(
        "Cannot take the model's settings, %s: %s in %s (expected %s). Mend the file, or leave it aside with --generation_config off."
            .formatted(why, actual, path, expected));
  }
}
