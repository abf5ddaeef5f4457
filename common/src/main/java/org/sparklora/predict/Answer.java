package org.sparklora.predict;

import java.util.Optional;

/**
 * A row with its answer.
 *
 * @param newTokens tokens generated, the end token included
 * @param promptCut whether the prompt was too long for the model and its end is gone
 */
public record Answer(Prompt prompt, String prediction, int newTokens, boolean promptCut) {
  /**
   * Whether the prediction is the target, blanks at both ends left aside; nothing without a target.
   */
  public Optional<Boolean> exactMatch() {
    return prompt.target().map(target -> target.strip().equals(prediction.strip()));
  }
}
