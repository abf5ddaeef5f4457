package org.sparklora.jobs.predict;

import java.io.Serializable;
import java.util.Optional;
import org.sparklora.predict.Prompt;

/** A prompt on its way through the shuffle; {@code target} is null without targets. */
record PromptRow(String text, String target) implements Serializable {
  private static final long serialVersionUID = 1L;

  Prompt prompt(long row) {
    return new Prompt(row, text, Optional.ofNullable(target));
  }
}
