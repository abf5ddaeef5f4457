package org.sparklora.generation;

import java.io.Serializable;
import java.util.List;
import org.sparklora.config.Problems;

/**
 * How answers are made.
 *
 * @param batchSize rows decoded together; changes speed and memory, not answers
 * @param promptLookupNumTokens most tokens that a row drafts at once from its own text when it
 *     takes the likeliest; 0 for no drafts; changes speed, not answers
 */
public record GenerationSettings(
    int maxNewTokens,
    Sampling sampling,
    LogitRules rules,
    Stops stops,
    int batchSize,
    int promptLookupNumTokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_ROWS_PER_TASK = 8_192;
  private static final int MOST_TASKS_PER_SLOT = 3;
  private static final int FEWEST_BATCHES = 4;

  /** What {@code --prompt_lookup_num_tokens} is when it is not given. */
  public static final int DEFAULT_LOOKUP = 6;

  public GenerationSettings {
    Problems problems =
        Problems.of("predict").positive("max_new_tokens", maxNewTokens, "The default is 256");
    sampling.check(problems);
    rules.check(problems, Math.max(1, maxNewTokens));
    stops.check(problems);
    problems
        .positive("batch_size", batchSize, "The default is 16")
        .unless(
            promptLookupNumTokens >= 0,
            "--prompt_lookup_num_tokens is negative: %d (expected 0 or more). The default is %d; 0 turns it off."
                .formatted(promptLookupNumTokens, DEFAULT_LOOKUP))
        .failIfAny();
  }

  /** Without rules on the logits and without stops. */
  public GenerationSettings(
      int maxNewTokens,
      double temperature,
      double topP,
      long seed,
      int batchSize,
      int promptLookupNumTokens) {
    this(
        maxNewTokens,
        new Sampling(temperature, 0, topP, seed),
        LogitRules.NONE,
        Stops.NONE,
        batchSize,
        promptLookupNumTokens);
  }

  /** The same, which end at this token, too. */
  public GenerationSettings endingAt(int id) {
    return endingAt(List.of(id));
  }

  /** The same, which end at these tokens, too. */
  public GenerationSettings endingAt(List<Integer> ids) {
    return with(stops.alsoAt(ids));
  }

  public GenerationSettings with(Stops others) {
    return new GenerationSettings(
        maxNewTokens, sampling, rules, others, batchSize, promptLookupNumTokens);
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

  /** The same with answers of at most so many tokens. */
  public GenerationSettings atMost(int tokens) {
    return tokens >= maxNewTokens
        ? this
        : new GenerationSettings(
            tokens, sampling, rules.atMost(tokens), stops, batchSize, promptLookupNumTokens);
  }

  public boolean isGreedy() {
    return sampling.isGreedy();
  }
}
