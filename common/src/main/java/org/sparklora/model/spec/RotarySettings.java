package org.sparklora.model.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;

/**
 * What a configuration says about rotary positions: all in {@code rope_parameters}, or, before
 * transformers 5, in {@code rope_scaling} and keys beside it.
 */
final class RotarySettings {
  private static final List<String> ALWAYS =
      List.of("rope_type", "type", "rope_theta", "partial_rotary_factor");
  private static final List<String> OF_LLAMA3 =
      List.of("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings");
  private static final List<String> BY_FACTOR = List.of("linear", "yarn");
  private static final List<String> OF_FACTOR_ONE =
      List.of("factor", "original_max_position_embeddings");
  private static final String PARTIAL = "partial_rotary_factor";

  private final ModelConfig config;
  private final String key;
  private final JsonNode object;

  private RotarySettings(ModelConfig config, String key, JsonNode object) {
    this.config = config;
    this.key = key;
    this.object = object;
  }

  static RotarySettings of(ModelConfig config) {
    JsonNode old = config.object("rope_scaling");
    JsonNode renamed = config.object("rope_parameters");
    JsonNode found = renamed == null ? old : renamed;
    String key = renamed == null ? "rope_scaling" : "rope_parameters";
    return new RotarySettings(config, key, found == null ? MissingNode.getInstance() : found);
  }

  /** Of the layers of a type, where the configuration tells them apart. */
  RotarySettings ofLayers(String type) {
    JsonNode own = object.path(type);
    return own.isObject() ? new RotarySettings(config, key, own) : this;
  }

  /** The base; the key beside {@code rope_scaling} is {@code rope_theta} or another. */
  double base(String key, double absent) {
    double beside = config.positive(key, absent);
    return object.hasNonNull("rope_theta") ? config.positive(object, "rope_theta") : beside;
  }

  /** How many channels of a head are turned. */
  int channels(int headSize, double absent) {
    double beside = config.number(PARTIAL, absent);
    double part = object.hasNonNull(PARTIAL) ? config.number(object, PARTIAL) : beside;
    int channels = (int) (headSize * part);
    if (channels < 2 || channels > headSize || channels % 2 != 0) {
      throw config.refuse(
          PARTIAL + " = " + part, "an even number of the " + headSize + " channels of a head");
    }
    return channels;
  }

  /** For models that always turn the whole head. */
  int wholeHead(int headSize) {
    config.allow(PARTIAL, "1", "1.0");
    config.allow(object, PARTIAL, "1", "1.0");
    if (headSize % 2 != 0) {
      throw config.refuse("head_dim = " + headSize, "an even number");
    }
    return headSize;
  }

  List<Float> frequencies(double base, int channels) {
    List<Float> plain = RotaryFrequencies.plain(base, channels);
    String type = object.path("rope_type").asText(object.path("type").asText("default"));
    if (isOfFactorOne(type)) {
      refuseOthers(OF_FACTOR_ONE);
      return plain;
    }
    return switch (type) {
      case "default" -> {
        refuseOthers(List.of());
        yield plain;
      }
      case "llama3" -> {
        refuseOthers(OF_LLAMA3);
        yield RotaryFrequencies.llama3(plain, config, object);
      }
      default -> throw config.refuse(key + " of type " + type, key + " of type llama3");
    };
  }

  /** Frequencies divided by 1 are plain. */
  private boolean isOfFactorOne(String type) {
    return BY_FACTOR.contains(type) && object.path("factor").asDouble(0) == 1;
  }

  private void refuseOthers(List<String> ofType) {
    object
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!ALWAYS.contains(key) && !ofType.contains(key)) {
                config.allow(object, key);
              }
            });
  }
}
