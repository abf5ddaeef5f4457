package org.sparklora.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.SizeLimit;
import org.sparklora.StandIn;

/** {@code adapter_config.json}: the keys of PEFT 0.12, which older and newer versions load too. */
final class AdapterConfigJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Read above, or without influence on what a trained adapter computes. */
  private static final Set<String> FREE =
      Set.of(
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "exclude_modules",
          "layers_to_transform",
          "rank_pattern",
          "alpha_pattern",
          "use_rslora",
          "peft_type",
          "bias",
          "init_lora_weights",
          "base_model_name_or_path",
          "task_type",
          "inference_mode",
          "revision",
          "auto_mapping",
          "peft_version",
          "merge_weights",
          "layers_pattern",
          "loftq_config",
          "eva_config",
          "corda_config",
          "megatron_core",
          "qalora_group_size",
          "runtime_config");

  /** Initializations that leave the base's weights alone. */
  private static final Set<String> PLAIN_STARTS =
      Set.of("true", "false", "gaussian", "eva", "orthogonal");

  private final JsonNode root;
  private final String source;

  private AdapterConfigJson(JsonNode root, String source) {
    this.root = root;
    this.source = source;
  }

  static PeftConfig read(String json, String source) {
    StandIn.refuse(json.getBytes(StandardCharsets.UTF_8), "the adapter's config", "it", source);
    try {
      return new AdapterConfigJson(JSON.readTree(json), source).config();
    } catch (JsonProcessingException e) {
      throw refused(source, "it is not JSON", e.getOriginalMessage(), "a JSON object");
    }
  }

  static String write(AdapterConfig config) {
    ObjectNode json = JSON.createObjectNode();
    json.putObject("alpha_pattern");
    json.putNull("auto_mapping");
    json.put("base_model_name_or_path", config.baseModel());
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.put("init_lora_weights", true);
    json.putNull("layer_replication");
    json.putNull("layers_pattern");
    json.putNull("layers_to_transform");
    json.putObject("loftq_config");
    putNumber(json, "lora_alpha", config.alpha());
    json.put("lora_dropout", config.dropout());
    json.putNull("megatron_config");
    json.put("megatron_core", "megatron.core");
    json.putNull("modules_to_save");
    json.put("peft_type", "LORA");
    json.put("r", config.rank());
    json.putObject("rank_pattern");
    json.putNull("revision");
    config.targetModules().forEach(json.putArray("target_modules")::add);
    json.put("task_type", "CAUSAL_LM");
    json.put("use_dora", false);
    json.put("use_rslora", config.rslora());
    return json.toPrettyString();
  }

  private static void putNumber(ObjectNode json, String key, double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      json.put(key, (long) value);
    } else {
      json.put(key, value);
    }
  }

  private PeftConfig config() {
    if (!root.isObject()) {
      throw refused(source, "it is not a JSON object", root.getNodeType(), "an object");
    }
    requireText("peft_type", "LORA");
    requireText("bias", "none");
    JsonNode start = root.path("init_lora_weights");
    if (!start.isMissingNode()
        && !start.isNull()
        && !PLAIN_STARTS.contains(start.asText().toLowerCase(Locale.ROOT))) {
      throw unsupported("init_lora_weights", start, "true, false, gaussian, eva or orthogonal");
    }
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (!FREE.contains(entry.getKey()) && !neutral(entry.getValue())) {
        throw unsupported(entry.getKey(), entry.getValue(), "null, false or empty");
      }
    }
    requireNames("exclude_modules");
    requireLayers();
    requireNumbers("rank_pattern");
    requireNumbers("alpha_pattern");
    return new PeftConfig(
        usual(),
        TargetRule.of(root),
        ModulePatterns.of("rank_pattern", root.path("rank_pattern")),
        ModulePatterns.of("alpha_pattern", root.path("alpha_pattern")));
  }

  private AdapterConfig usual() {
    return new AdapterConfig(
        rank(),
        number("lora_alpha", 8, -Double.MAX_VALUE, Double.MAX_VALUE),
        number("lora_dropout", 0, 0, Math.nextDown(1.0)),
        targets(),
        root.path("use_rslora").asBoolean(false),
        root.path("base_model_name_or_path").asText(""));
  }

  private void requireText(String key, String expected) {
    JsonNode value = root.path(key);
    if (!value.isMissingNode() && !expected.equals(value.asText())) {
      throw unsupported(key, value, expected);
    }
  }

  private void requireNames(String key) {
    JsonNode value = root.path(key);
    boolean isList = value.isArray();
    for (JsonNode name : value) {
      isList &= name.isTextual();
    }
    if (!neutral(value) && !value.isMissingNode() && !isList && !value.isTextual()) {
      throw unsupported(key, value, "a list of module names, or a regular expression");
    }
  }

  private void requireLayers() {
    JsonNode value = root.path("layers_to_transform");
    boolean areLayers = value.isArray() || value.isInt();
    for (JsonNode layer : value) {
      areLayers &= layer.isInt();
    }
    if (!neutral(value) && !value.isMissingNode() && !areLayers) {
      throw unsupported("layers_to_transform", value, "whole numbers");
    }
  }

  private void requireNumbers(String key) {
    JsonNode value = root.path(key);
    boolean areNumbers = value.isObject();
    for (JsonNode number : value) {
      boolean fits = key.equals("alpha_pattern") ? number.isNumber() : number.isInt();
      areNumbers &= fits && (number.asDouble() >= 1 || key.equals("alpha_pattern"));
      if (key.equals("rank_pattern") && fits) {
        requireRank(key, number);
      }
    }
    if (!neutral(value) && !value.isMissingNode() && !areNumbers) {
      throw unsupported(key, value, "numbers by module");
    }
  }

  private int rank() {
    JsonNode value = root.path("r");
    if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < 1) {
      throw unsupported("r", value, "a whole number, 1 or more");
    }
    requireRank("r", value);
    return value.asInt();
  }

  private void requireRank(String key, JsonNode value) {
    SizeLimit.RANK.require("use the adapter's config", key, value.asLong(), source);
  }

  private double number(String key, double missing, double least, double most) {
    JsonNode value = root.path(key);
    if (value.isMissingNode()) {
      return missing;
    }
    if (!value.isNumber() || value.asDouble() < least || value.asDouble() > most) {
      throw unsupported(key, value, "a number in its range");
    }
    return value.asDouble();
  }

  private List<String> targets() {
    JsonNode value = root.path("target_modules");
    if (value.isTextual() && !value.asText().isBlank()) {
      return List.of(value.asText());
    }
    List<String> names = new ArrayList<>();
    value.forEach(name -> names.add(name.isTextual() ? name.asText() : ""));
    if (!value.isArray() || names.isEmpty() || names.stream().anyMatch(String::isBlank)) {
      throw unsupported("target_modules", value, "a list of module names");
    }
    return names;
  }

  private static boolean neutral(JsonNode value) {
    return value.isNull()
        || (value.isBoolean() && !value.asBoolean())
        || (value.isContainerNode() && value.isEmpty());
  }

  private Failure unsupported(String key, JsonNode value, String expected) {
    String shown = value.isMissingNode() ? "missing" : value.toString();
    return refused(source, "'" + key + "' has a value that is not supported", shown, expected);
  }

  private static Failure refused(String source, String why, Object actual, String expected) {
    return Failure.input(
        "Cannot use the adapter's config, %s: %s in %s (expected %s). Use a plain LoRA adapter."
            .formatted(why, actual, source, expected));
  }
}
