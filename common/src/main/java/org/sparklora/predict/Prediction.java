package org.sparklora.predict;

import java.util.Optional;

/**
 * A prompt and how the model goes on.
 *
 * @param text the new tokens as text, as the prompt form shows it
 * @param newTokens tokens generated, the end token included
 * @param promptCut whether the prompt was too long for the model and its end is gone
 * @param expected the target as the prompt form would show it
 */
public record Prediction(
    Prompt prompt, String text, int newTokens, boolean promptCut, Optional<String> expected) {
  /**
   * Whether the prediction is what was expected, blanks at both ends left aside; nothing without a
   * target.
   */
  public Optional<Boolean> exactMatch() {
    return expected.map(target -> target.strip().equals(text.strip()));
  }
}
