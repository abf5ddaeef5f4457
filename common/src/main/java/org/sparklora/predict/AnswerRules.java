package org.sparklora.predict;

import org.sparklora.generation.GenerationSettings;
import org.sparklora.generation.TokenChooser;

/** What decides a row's tokens, and where they end. */
public final class AnswerRules {
  private final GenerationSettings settings;
  private final TokenChooser chooser;
  private final AnswerEnd end;

  public AnswerRules(GenerationSettings settings, AnswerEnd end) {
    this.settings = settings;
    this.chooser = new TokenChooser(settings);
    this.end = end;
  }

  GenerationSettings settings() {
    return settings;
  }

  TokenChooser chooser() {
    return chooser;
  }

  AnswerEnd end() {
    return end;
  }
}
