package org.sparklora.jobs.evaluate;

import java.io.Serializable;
import org.sparklora.corpus.CorpusRow;

/**
 * A row as it was read.
 *
 * @param text the answer, or where only targets are read the target
 * @param target empty where only one text is read
 * @param bad why the row is none; null for a good one
 */
record ReadRow(String text, String target, String bad) implements Serializable {
  private static final long serialVersionUID = 1L;

  static ReadRow of(CorpusRow row) {
    return row instanceof CorpusRow.Good good
        ? new ReadRow(good.example().prompt(), good.example().target(), null)
        : new ReadRow("", "", ((CorpusRow.Bad) row).reason());
  }

  /** An answer beside its target, which was read elsewhere. */
  ReadRow with(ReadRow targets) {
    return new ReadRow(text, targets.text, bad == null ? targets.bad : bad);
  }

  boolean isBad() {
    return bad != null;
  }
}
