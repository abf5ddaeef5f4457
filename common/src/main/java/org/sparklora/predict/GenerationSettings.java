package org.sparklora.predict;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.config.Problems;

/**
 * How answers are made.
 *
 * @param temperature 0 takes the likeliest token, above 0 samples
 * @param topP samples only from the likeliest tokens that together reach this probability
 * @param batchSize rows decoded together; changes speed and memory, not answers
 * @param promptLookupNumTokens most tokens that a row drafts at once from its own text when it
 *     takes the likeliest; 0 for no drafts; changes speed, not answers
 */
public record GenerationSettings(
    int maxNewTokens,
    double temperature,
    double topP,
    long seed,
    int batchSize,
    int promptLookupNumTokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_ROWS_PER_TASK = 8_192;
  private static final int MOST_TASKS_PER_SLOT = 3;
  private static final int FEWEST_BATCHES = 4;

  /** What {@code --prompt_lookup_num_tokens} is when it is not given. */
  static final int DEFAULT_LOOKUP = 6;

  public GenerationSettings {
    boolean topPInRange = topP > 0 && topP <= 1;
    Problems.of("predict")
        .positive("max_new_tokens", maxNewTokens, "The default is 256")
        .within(
            temperature >= 0 && Double.isFinite(temperature),
            "temperature",
            temperature,
            "0 or more",
            "0 takes the likeliest token")
        .within(topPInRange, "top_p", topP, "above 0 and at most 1", "The default is 1")
        .unless(
            !topPInRange || temperature != 0 || topP == 1,
            "--top_p has no effect at --temperature 0: %s (expected 1). Raise the temperature or drop it."
                .formatted(topP))
        .positive("batch_size", batchSize, "The default is 16")
        .unless(
            promptLookupNumTokens >= 0,
            "--prompt_lookup_num_tokens is negative: %d (expected 0 or more). The default is %d; 0 turns it off."
                .formatted(promptLookupNumTokens, DEFAULT_LOOKUP))
        .failIfAny();
  }

  /** What decides the answers, by flag; without batch size and lookup, which do not. */
  public Map<String, String> asMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("max_new_tokens", String.valueOf(maxNewTokens));
    map.put("temperature", String.valueOf(temperature));
    map.put("top_p", String.valueOf(topP));
    map.put("seed", isGreedy() ? "" : String.valueOf(seed));
    return map;
  }

  /**
   * Rows that a task answers when this many tasks run at once: a few tasks per slot, so that slots
   * are busy to the end, but each of several batches, because the last rows of a task are computed
   * in ever smaller ones.
   */
  public long rowsPerTask(long rows, int slots) {
    long batches = rows / ((long) slots * batchSize);
    long tasks = Math.max(1, Math.min(MOST_TASKS_PER_SLOT, batches / FEWEST_BATCHES));
    long even = -Math.floorDiv(-rows, slots * tasks);
    return Math.max(1, Math.min(even, MOST_ROWS_PER_TASK));
  }

  boolean isGreedy() {
    return temperature == 0;
  }
}
