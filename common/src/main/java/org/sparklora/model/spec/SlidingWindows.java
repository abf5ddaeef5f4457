package org.sparklora.model.spec;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.sparklora.model.spec.DecoderSpec.Window;

/** Which layers see only a window, in the words of the families that have one. */
final class SlidingWindows {
  private static final String TYPES = "layer_types";
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";

  /** What transformers takes where a family's configuration has no such key. */
  private static final int USUAL_WINDOW = 4096;

  private static final int USUAL_FULL_LAYERS = 28;
  private static final int USUAL_PATTERN = 6;

  private final ModelConfig config;
  private final int layers;

  SlidingWindows(ModelConfig config) {
    this.config = config;
    this.layers = config.integer("num_hidden_layers");
  }

  /** For families without windows. */
  Window none() {
    if (config.words(TYPES).contains(SLIDING)) {
      throw config.refuse(TYPES + " with " + SLIDING, FULL);
    }
    return window(0, layer -> false);
  }

  /** Every layer; null is none, and no key at all the usual window. */
  Window mistral() {
    return window(config.mentions("sliding_window") ? tokens(0) : USUAL_WINDOW, layer -> true);
  }

  /** Every layer, where there is a window. */
  Window phi3() {
    return window(tokens(0), layer -> true);
  }

  /** The layers from {@code max_window_layers} on, where windows are in use at all. */
  Window qwen() {
    boolean used = config.flag("use_sliding_window", false);
    int first = config.integer("max_window_layers", USUAL_FULL_LAYERS);
    int tokens = tokens(USUAL_WINDOW);
    return window(used ? tokens : 0, layer -> layer >= first);
  }

  /** All layers but each {@code sliding_window_pattern}-th. */
  Window gemma3() {
    int pattern = Math.max(1, config.integer("sliding_window_pattern", USUAL_PATTERN));
    return window(tokens(USUAL_WINDOW), layer -> (layer + 1) % pattern != 0);
  }

  private int tokens(int absent) {
    int tokens = config.integer("sliding_window", absent);
    if (config.has("sliding_window") && tokens == 0) {
      throw config.refuse("sliding_window = 0", "1 or more, or null");
    }
    return tokens;
  }

  /** {@code layer_types} says it for each layer; older configurations only have the rule. */
  private Window window(int tokens, IntPredicate rule) {
    List<String> types = config.words(TYPES);
    check(types);
    List<Boolean> own =
        IntStream.range(0, layers)
            .mapToObj(i -> types.isEmpty() ? rule.test(i) : types.get(i).equals(SLIDING))
            .toList();
    return tokens == 0 || !own.contains(true) ? Window.NONE : new Window(tokens, own);
  }

  private void check(List<String> types) {
    if (!types.isEmpty() && types.size() != layers) {
      throw config.refuse(
          TYPES + " of " + types.size() + " layers", "num_hidden_layers = " + layers + " of them");
    }
    for (String type : types) {
      if (!type.equals(FULL) && !type.equals(SLIDING)) {
        throw config.refuse(TYPES + " with " + type, FULL + " or " + SLIDING);
      }
    }
  }
}
