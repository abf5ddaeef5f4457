package org.sparklora.model.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;
import org.sparklora.SizeLimit;
import org.sparklora.StandIn;
import org.sparklora.storage.Store;

/** A model's {@code config.json}, read key by key; every complaint names file and key. */
final class ModelConfig {
  /** Python writes and reads Infinity and NaN. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** A quantised model may list each of its modules. */
  private static final int SHOWN = 100;

  private static final List<String> CONTEXT_LENGTH =
      List.of("max_position_embeddings", "seq_length", "max_sequence_length", "model_max_length");

  /** Where {@code config.json} says nothing. */
  private static final int USUAL_CONTEXT_LENGTH = 2048;

  private final String path;
  private final JsonNode root;
  private final Set<String> understood = new HashSet<>(CONTEXT_LENGTH);

  private ModelConfig(String path, JsonNode root) {
    this.path = path;
    this.root = root;
  }

  static ModelConfig read(Store store, String folder) {
    String path = Store.child(folder, "config.json");
    return parse(path, store.readText(path));
  }

  static ModelConfig parse(String path, String text) {
    StandIn.refuse(text.getBytes(StandardCharsets.UTF_8), "the model's configuration", "it", path);
    try {
      JsonNode root = JSON.readTree(text);
      if (!root.isObject()) {
        throw Failure.input(
            "Cannot read the model's configuration, it is not a JSON object: "
                + path
                + ". Give a model folder in Hugging Face layout.");
      }
      return new ModelConfig(path, root);
    } catch (JsonProcessingException e) {
      throw Failure.input(
          "Cannot read the model's configuration, it is not valid JSON: "
              + path
              + ". Copy the file again.",
          e);
    }
  }

  /** The family that it describes, or nothing where none fits. */
  Optional<ModelFamily> family() {
    return ModelFamily.of(root);
  }

  /** Most tokens that the model was made for. */
  int contextLength() {
    return CONTEXT_LENGTH.stream()
        .map(root::path)
        .filter(JsonNode::canConvertToInt)
        .mapToInt(JsonNode::asInt)
        .findFirst()
        .orElse(USUAL_CONTEXT_LENGTH);
  }

  /** Absent and null are the same: transformers writes null for a default. */
  boolean has(String key) {
    understood.add(key);
    return root.hasNonNull(key);
  }

  /** Whether the key is there and asks for something: more than false, zero or nothing. */
  boolean asksFor(String key) {
    JsonNode value = root.path(key);
    return value.isContainerNode()
        ? !value.isEmpty()
        : value.isTextual() || value.asBoolean() || value.asDouble() != 0;
  }

  /** Whether the key is there, be it as null. */
  boolean mentions(String key) {
    understood.add(key);
    return root.has(key);
  }

  int integer(String key) {
    understood.add(key);
    return integer(root, key);
  }

  int integer(String key, int absent) {
    return has(key) ? integer(key) : absent;
  }

  double number(String key, double absent) {
    return has(key) ? number(root, key) : absent;
  }

  /** A base or a scale: what is not above 0 would make no number of anything. */
  double positive(String key, double absent) {
    return has(key) ? positive(root, key) : absent;
  }

  double positive(JsonNode object, String key) {
    double value = number(object, key);
    if (value <= 0) {
      throw wrong(key, object.get(key), "a number above 0");
    }
    return value;
  }

  boolean flag(String key, boolean absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode value = root.get(key);
    if (!value.isBoolean()) {
      throw wrong(key, value, "true or false");
    }
    return value.booleanValue();
  }

  String text(String key, String absent) {
    return has(key) ? root.get(key).asText() : absent;
  }

  /** An object below the root, or null. */
  JsonNode object(String key) {
    if (has(key) && !root.get(key).isObject()) {
      throw wrong(key, root.get(key), "an object");
    }
    return has(key) ? root.get(key) : null;
  }

  /** A list of words, or nothing. */
  List<String> words(String key) {
    List<String> words = new ArrayList<>();
    if (has(key)) {
      root.get(key).forEach(word -> words.add(word.asText()));
    }
    return words;
  }

  int integer(JsonNode object, String key) {
    JsonNode value = object.path(key);
    if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 0) {
      throw wrong(key, value, "a whole number");
    }
    SizeLimit limit = key.endsWith("layers") ? SizeLimit.LAYERS : SizeLimit.SHAPE;
    limit.require("read the model's configuration", key, value.intValue(), path);
    return value.intValue();
  }

  double number(JsonNode object, String key) {
    JsonNode value = object.path(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(key, value, "a number");
    }
    return value.doubleValue();
  }

  /** Refuses a key whose value would change the result and is not implemented. */
  void allow(String key, String... supported) {
    if (has(key)) {
      allow(root, key, supported);
    }
  }

  /** The same for a key of an object below the root. */
  void allow(JsonNode object, String key, String... supported) {
    if (object.hasNonNull(key) && !isOneOf(object.get(key), supported)) {
      throw refuse(
          key + " = " + shown(object.get(key)),
          supported.length == 0 ? "no such key" : String.join(" or ", supported));
    }
  }

  /** Numbers by their value, so that 1 is 1.0. */
  private static boolean isOneOf(JsonNode value, String... supported) {
    return value.isValueNode() && Stream.of(supported).anyMatch(s -> says(value, s));
  }

  private static boolean says(JsonNode value, String supported) {
    if (value.isNumber() && supported.matches("\\d+")) {
      return value.doubleValue() == Long.parseLong(supported);
    }
    return value.asText().equals(supported);
  }

  private static String shown(JsonNode value) {
    String text = value.isValueNode() ? value.asText() : value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /** A key's value as messages show it. */
  String shown(String key) {
    return shown(root.get(key));
  }

  /** Takes any value of a key that means nothing unless the base is trained. */
  void leaveToTraining(String key) {
    understood.add(key);
  }

  /** Refuses what nobody asked for so far, unless it is known to change nothing. */
  void refuseOthers() {
    root.fieldNames()
        .forEachRemaining(
            key -> {
              if (!understood.contains(key) && !NeutralKeys.contain(key)) {
                allow(root, key);
              }
            });
  }

  Failure refuseToTrain(String key) {
    return Failure.input(
        "Cannot train this model, its configuration asks for dropout in the base, which is not supported: %s = %s in %s (expected 0). Set it to 0 there; --lora_dropout is the adapter's own."
            .formatted(key, shown(root.get(key)), path));
  }

  Failure refuse(String what, String expected) {
    return Failure.input(
        "Cannot run this model, its configuration asks for something that is not supported: "
            + what
            + " in "
            + path
            + " (expected "
            + expected
            + "). Use a model of a supported kind: "
            + ModelFamily.supported()
            + ".");
  }

  private Failure wrong(String key, JsonNode value, String expected) {
    return Failure.input(
        "Cannot read the model's configuration, a value is missing or of the wrong kind: "
            + key
            + " = "
            + (value.isMissingNode() ? "(missing)" : value.toString())
            + " in "
            + path
            + " (expected "
            + expected
            + "). Copy config.json again.");
  }
}
