package org.sparklora.predict;

import java.util.Arrays;
import org.sparklora.Failure;
import org.sparklora.generation.NextToken;

/**
 * A row while it is answered: its prompt, the tokens after it, and the draft of those that come
 * next, which the step under way checks.
 */
public final class Sequence {
  private final long row;
  private final int[] prompt;
  private final float[] shares;
  private final AnswerRules rules;
  private final int[] ids;
  private final DraftLength draftLength;
  private int length;
  private int[] draft = {};
  private int stepSize = 1;
  private boolean ended;
  private Failure failure;

  /**
   * Not begun.
   *
   * @param row dense index of the row in the whole input; keys its random numbers
   * @param prompt at least one id
   * @param shares how much of each rank of the model's adapters it takes; null for none
   */
  public Sequence(long row, int[] prompt, float[] shares, AnswerRules rules) {
    this.row = row;
    this.shares = shares;
    this.prompt = prompt;
    this.rules = rules;
    this.ids = Arrays.copyOf(prompt, prompt.length + rules.settings().maxNewTokens());
    this.length = prompt.length;
    this.draftLength =
        new DraftLength(rules.settings().isGreedy() ? rules.settings().promptLookupNumTokens() : 0);
  }

  Sequence(long row, int[] prompt, AnswerRules rules) {
    this(row, prompt, null, rules);
  }

  int[] prompt() {
    return prompt;
  }

  float[] shares() {
    return shares;
  }

  /** New tokens so far. */
  public int count() {
    return length - prompt.length;
  }

  /** Whether it ended because no token could be chosen. */
  boolean hasFailed() {
    return failure != null;
  }

  /** How many tokens of another one's prompt this row begins with, as far as the model read it. */
  int begins(Sequence other) {
    int most = Math.min(length, other.prompt.length) - 1;
    int first = Arrays.mismatch(ids, 0, most, other.prompt, 0, most);
    return first < 0 ? most : first;
  }

  /** Whether there is nothing more to come. */
  public boolean hasEnded() {
    return ended;
  }

  /** Ends the row as it is; it leaves its batch with the next step. */
  public void end() {
    ended = true;
  }

  /** Whether it ended by its own rules, before the limit. */
  public boolean isComplete() {
    return count() > 0 && rules.end().isAt(ids, prompt.length, length);
  }

  void fail(Failure reason) {
    failure = reason;
    ended = true;
  }

  /**
   * Tokens of this row that the step under way goes over, the newest one and those that may follow
   * it; none if it only reads other rows' prompts.
   */
  int stepSize() {
    return stepSize;
  }

  /**
   * The new ids, an end token included.
   *
   * @throws Failure where no token could be chosen
   */
  public int[] ids() {
    if (failure != null) {
      throw failure;
    }
    return Arrays.copyOfRange(ids, prompt.length, length);
  }

  /** Whether the next token is more than the one of the largest logit. */
  boolean needsLogits() {
    return rules.chooser().needsLogits(count());
  }

  /** What comes behind token {@code index} of the step under way, by its logits. */
  int choose(float[] logits, int from, int size, int index) {
    int[] before = Arrays.copyOf(ids, length + index);
    System.arraycopy(draft, 0, before, length, index);
    return rules.chooser().choose(logits, from, size, new NextToken(row, before, count() + index));
  }

  /** The tokens of the next step. */
  int[] next() {
    int room = ids.length - length - 1;
    int most = Math.min(draftLength.next(), room);
    draft = PromptLookup.continuation(ids, length, most, draftLength.shortestMatch());
    stepSize = 1 + draft.length;
    int[] step = new int[stepSize];
    step[0] = ids[length - 1];
    System.arraycopy(draft, 0, step, 1, draft.length);
    return step;
  }

  /**
   * Takes what the model chose behind each token of the step, {@code chosen[from, from +
   * stepSize())}, as far as the draft was right; returns how many of the step's tokens stay.
   */
  int take(int[] chosen, int from) {
    int taken = 0;
    do {
      int id = chosen[from + taken++];
      ids[length++] = id;
      ended = length == ids.length || rules.end().isAt(ids, prompt.length, length);
    } while (!ended && taken <= draft.length && draft[taken - 1] == ids[length - 1]);
    stepSize = 0;
    if (draft.length > 0) {
      draftLength.checked(draft.length, taken - 1);
    }
    return taken;
  }
}
