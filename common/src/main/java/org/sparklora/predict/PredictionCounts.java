package org.sparklora.predict;

import java.io.Serializable;

/**
 * What came out of a number of rows.
 *
 * @param exactMatches 0 where there are no targets
 * @param newTokens tokens generated, end tokens included
 * @param cutPrompts prompts that were too long for the model
 * @param emptyPrompts prompts without any token, whose prediction is empty
 */
public record PredictionCounts(
    long rows, long exactMatches, long newTokens, long cutPrompts, long emptyPrompts)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final PredictionCounts NONE = new PredictionCounts(0, 0, 0, 0, 0);

  public PredictionCounts plus(Prediction prediction) {
    return new PredictionCounts(
        rows + 1,
        exactMatches + (prediction.exactMatch().orElse(false) ? 1 : 0),
        newTokens + prediction.newTokens(),
        cutPrompts + (prediction.promptCut() ? 1 : 0),
        emptyPrompts + (prediction.newTokens() == 0 ? 1 : 0));
  }

  public PredictionCounts plus(PredictionCounts other) {
    return new PredictionCounts(
        rows + other.rows,
        exactMatches + other.exactMatches,
        newTokens + other.newTokens,
        cutPrompts + other.cutPrompts,
        emptyPrompts + other.emptyPrompts);
  }
}
