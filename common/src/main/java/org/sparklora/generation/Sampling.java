package org.sparklora.generation;

import java.io.Serializable;
import org.sparklora.config.Problems;

/**
 * How a token is drawn.
 *
 * @param temperature 0 takes the likeliest token, above 0 samples
 * @param topK samples only from so many of the likeliest tokens and their equals; 0 for all
 * @param topP of those samples only from the likeliest that together reach this probability
 */
public record Sampling(double temperature, int topK, double topP, long seed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Above it all tokens are as good as equally likely, and answers end nowhere. */
  private static final double HOTTEST = 100;

  boolean isGreedy() {
    return temperature == 0;
  }

  void check(Problems problems) {
    boolean topPInRange = topP > 0 && topP <= 1;
    problems
        .within(
            temperature >= 0 && temperature <= HOTTEST,
            "temperature",
            temperature,
            "0 to 100",
            "0 takes the likeliest token")
        .notNegative("top_k", topK, "0 leaves all tokens")
        .within(topPInRange, "top_p", topP, "above 0 and at most 1", "The default is 1")
        .unless(!topPInRange || temperature != 0 || topP == 1, noEffect("top_p", topP, "1"))
        .unless(topK <= 0 || temperature != 0, noEffect("top_k", topK, "0"));
  }

  private static String noEffect(String flag, Object value, String none) {
    return "--%s has no effect at --temperature 0: %s (expected %s). Raise the temperature or drop it."
        .formatted(flag, value, none);
  }
}
