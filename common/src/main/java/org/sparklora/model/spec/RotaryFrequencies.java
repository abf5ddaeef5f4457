package org.sparklora.model.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Inverse frequencies of rotary positions, rounded where the published models round. */
final class RotaryFrequencies {
  private RotaryFrequencies() {}

  /** theta^(-2i/channels) in fp32, as torch computes it. */
  static List<Float> plain(double theta, int channels) {
    List<Float> frequencies = new ArrayList<>();
    for (int i = 0; i < channels; i += 2) {
      float power = (float) Math.pow((float) theta, (float) i / channels);
      frequencies.add(1.0f / power);
    }
    return frequencies;
  }

  /** The same, rounded to fp16 and widened again, as ChatGLM-6B's buffers are. */
  static List<Float> halfRounded(double theta, int channels) {
    return plain(theta, channels).stream().map(RotaryFrequencies::roundToHalf).toList();
  }

  /**
   * Llama 3's stretch: long waves are slowed by {@code factor}, short ones kept, those between
   * blended.
   */
  static List<Float> llama3(List<Float> plain, ModelConfig config, JsonNode scaling) {
    double factor = config.number(scaling, "factor");
    double low = config.number(scaling, "low_freq_factor");
    double high = config.number(scaling, "high_freq_factor");
    double context = config.number(scaling, "original_max_position_embeddings");
    List<Float> stretched = new ArrayList<>();
    for (float frequency : plain) {
      double wave = 2 * Math.PI / frequency;
      if (wave < context / high) {
        stretched.add(frequency);
      } else if (wave > context / low) {
        stretched.add((float) (frequency / factor));
      } else {
        double smooth = (context / wave - low) / (high - low);
        stretched.add((float) ((1 - smooth) * (frequency / factor) + smooth * frequency));
      }
    }
    return stretched;
  }

  /** Rounds a normal positive fp16 value to nearest, ties to even: 10 bits of fraction stay. */
  private static float roundToHalf(float value) {
    if (value < 6.1035156e-5f) {
      return (float) (Math.rint(value * 0x1p24) * 0x1p-24);
    }
    int bits = Float.floatToRawIntBits(value);
    int half = 0x0fff + ((bits >> 13) & 1);
    return Float.intBitsToFloat((bits + half) & ~0x1fff);
  }
}
