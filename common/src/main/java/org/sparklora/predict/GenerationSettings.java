package org.sparklora.predict;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.Failure;

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
    List<String> problems = new ArrayList<>();
    if (maxNewTokens < 1) {
      problems.add(
          "Cannot predict, --max_new_tokens is not positive: %d (expected at least 1). The default is 256."
              .formatted(maxNewTokens));
    }
    if (!(temperature >= 0 && Double.isFinite(temperature))) {
      problems.add(
          "Cannot predict, --temperature is out of range: %s (expected 0 or more). 0 takes the likeliest token."
              .formatted(temperature));
    }
    if (!(topP > 0 && topP <= 1)) {
      problems.add(
          "Cannot predict, --top_p is out of range: %s (expected above 0 and at most 1). The default is 1."
              .formatted(topP));
    } else if (temperature == 0 && topP < 1) {
      problems.add(
          "Cannot predict, --top_p has no effect at --temperature 0: %s (expected 1). Raise the temperature or drop it."
              .formatted(topP));
    }
    if (batchSize < 1) {
      problems.add(
          "Cannot predict, --batch_size is not positive: %d (expected at least 1). The default is 16."
              .formatted(batchSize));
    }
    if (promptLookupNumTokens < 0) {
      problems.add(
          "Cannot predict, --prompt_lookup_num_tokens is negative: %d (expected 0 or more). The default is %d; 0 turns it off."
              .formatted(promptLookupNumTokens, DEFAULT_LOOKUP));
    }
    if (!problems.isEmpty()) {
      throw Failure.usage(String.join("\n", problems));
    }
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
