package org.sparklora.predict;

import java.io.Serializable;

/**
 * What came out of a number of rows.
 *
 * @param exactMatches 0 where there are no targets
 * @param newTokens tokens generated, end tokens included
 * @param cutPrompts prompts that were too long for the model
 * @param emptyPrompts prompts without any token, answered with nothing
 */
public record AnswerCounts(
    long rows, long exactMatches, long newTokens, long cutPrompts, long emptyPrompts)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final AnswerCounts NONE = new AnswerCounts(0, 0, 0, 0, 0);

  public AnswerCounts plus(Answer answer) {
    return new AnswerCounts(
        rows + 1,
        exactMatches + (answer.exactMatch().orElse(false) ? 1 : 0),
        newTokens + answer.newTokens(),
        cutPrompts + (answer.promptCut() ? 1 : 0),
        emptyPrompts + (answer.newTokens() == 0 ? 1 : 0));
  }

  public AnswerCounts plus(AnswerCounts other) {
    return new AnswerCounts(
        rows + other.rows,
        exactMatches + other.exactMatches,
        newTokens + other.newTokens,
        cutPrompts + other.cutPrompts,
        emptyPrompts + other.emptyPrompts);
  }
}
