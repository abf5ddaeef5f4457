package org.sparklora.jobs.predict;

import java.io.Serializable;
import java.util.Optional;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.predict.Prompt;

/** A prompt on its way through the shuffle; {@code target} is null without targets. */
record PromptRow(String text, String target) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing for a bad row. */
  static Optional<PromptRow> of(CorpusRow row, boolean withTarget) {
    return row instanceof CorpusRow.Good good
        ? Optional.of(
            new PromptRow(good.example().prompt(), withTarget ? good.example().target() : null))
        : Optional.empty();
  }

  Prompt prompt(long row) {
    return new Prompt(row, text, Optional.ofNullable(target));
  }
}
