package org.sparklora.jobs.predict;

import java.io.Serializable;
import java.util.Optional;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;

/**
 * Rows of the input that have no prompt.
 *
 * @param first where the first one stands and why it is bad, without any of its text; empty for
 *     none
 */
record BadRows(long count, String first) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final BadRows NONE = new BadRows(0, "");

  /** With one more row, which may be good. */
  BadRows plus(CorpusRows.Located located) {
    if (!(located.row() instanceof CorpusRow.Bad bad)) {
      return this;
    }
    String unit = located.line().isPresent() ? "byte" : "element";
    return plus(
        new BadRows(
            1,
            "%s in %s at %s %d".formatted(bad.reason(), located.file(), unit, located.position())));
  }

  BadRows plus(BadRows later) {
    return new BadRows(count + later.count, first.isEmpty() ? later.first : first);
  }

  static Optional<PromptRow> prompt(CorpusRow row, boolean withTarget) {
    return row instanceof CorpusRow.Good good
        ? Optional.of(
            new PromptRow(good.example().prompt(), withTarget ? good.example().target() : null))
        : Optional.empty();
  }
}
