package org.sparklora.jobs.predict;

import java.io.Serializable;
import java.util.Optional;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.predict.Prompt;

/**
 * A prompt on its way through the shuffle.
 *
 * @param second the right answer, or what the row says of its adapter; null without either
 */
record PromptRow(String text, String second) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing for a bad row. */
  static Optional<PromptRow> of(CorpusRow row, boolean withSecond) {
    return row instanceof CorpusRow.Good good
        ? Optional.of(
            new PromptRow(good.example().prompt(), withSecond ? good.example().target() : null))
        : Optional.empty();
  }

  Prompt prompt(long row, boolean choosesAdapter) {
    return choosesAdapter
        ? new Prompt(row, text, Optional.empty(), second)
        : new Prompt(row, text, Optional.ofNullable(second));
  }
}
