package org.sparklora.predict;

import java.util.Optional;

/**
 * A prompt and how the model goes on.
 *
 * @param text the new tokens as text
 * @param newTokens tokens generated, the end token included
 * @param promptCut whether the prompt was too long for the model and its end is gone
 */
public record Prediction(Prompt prompt, String text, int newTokens, boolean promptCut) {
  /**
   * Whether the prediction is the target, blanks at both ends left aside; nothing without a target.
   */
  public Optional<Boolean> exactMatch() {
    return prompt.target().map(target -> target.strip().equals(text.strip()));
  }
}
