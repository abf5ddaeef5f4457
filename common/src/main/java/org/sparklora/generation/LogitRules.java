package org.sparklora.generation;

import java.io.Serializable;
import java.util.BitSet;
import java.util.List;
import org.sparklora.config.Problems;

/**
 * What is done to the logits of a next token before one is chosen, in transformers' order.
 *
 * @param repetitionPenalty for each token of prompt and answer: divides its logit above 0,
 *     multiplies it below; 1 for none
 * @param minNewTokens no end token before so many others
 * @param beginSuppressEos no end token as the first one
 */
public record LogitRules(double repetitionPenalty, int minNewTokens, boolean beginSuppressEos)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static final LogitRules NONE = new LogitRules(1, 0, false);

  void check(Problems problems, int maxNewTokens) {
    problems
        .within(
            repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
            "repetition_penalty",
            repetitionPenalty,
            "above 0",
            "1 is none")
        .within(
            minNewTokens >= 0 && minNewTokens <= maxNewTokens,
            "min_new_tokens",
            minNewTokens,
            "0 to --max_new_tokens",
            "The default is 0");
  }

  /** The same for answers of at most so many tokens. */
  LogitRules atMost(int tokens) {
    return new LogitRules(repetitionPenalty, Math.min(minNewTokens, tokens), beginSuppressEos);
  }

  /** Whether they may change which token comes next in this place. */
  boolean applyAt(int position) {
    return repetitionPenalty != 1 || bansEndsAt(position);
  }

  /** Changes the logits of {@code next}. */
  void apply(Logits logits, NextToken next, List<Integer> ends) {
    if (repetitionPenalty != 1) {
      penalise(logits, next.before());
    }
    if (bansEndsAt(next.position())) {
      ends.stream().filter(id -> id >= 0 && id < logits.size()).forEach(logits::ban);
    }
  }

  private boolean bansEndsAt(int position) {
    return position < minNewTokens || (beginSuppressEos && position == 0);
  }

  /** Each token once, in fp32 as torch does. */
  private void penalise(Logits logits, int[] ids) {
    float penalty = (float) repetitionPenalty;
    BitSet seen = new BitSet();
    for (int id : ids) {
      if (!seen.get(id) && id < logits.size()) {
        seen.set(id);
        float logit = logits.of(id);
        logits.set(id, logit < 0 ? logit * penalty : logit / penalty);
      }
    }
  }
}
