package org.sparklora.jobs.tokenize;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.sparklora.blend.Blend;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.Example;
import org.sparklora.near.LeftOut;
import org.sparklora.near.RowPlace;

/**
 * Which rows of the corpora are taken.
 *
 * @param files numbers of Parquet files
 * @param repeats null where none are looked for
 */
record Choice(Blend blend, Map<String, Integer> files, Broadcast<LeftOut> repeats)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Every row. */
  static final Choice ALL = new Choice(Blend.ALL, Map.of(), null);

  /** Whether a row's number in its file has to be known. */
  boolean needsNumbers() {
    return blend.chooses() || repeats != null;
  }

  Choice taking(Blend rows) {
    return new Choice(rows, files, repeats);
  }

  /** What a row repeats, if it does. */
  Optional<LeftOut.Repeat> repeat(RowPlace place) {
    return repeats == null ? Optional.empty() : repeats.value().repeat(place);
  }

  boolean takes(KnownRow row) {
    return repeat(row.place()).isEmpty() && blend.takes(row.mix());
  }

  /** Of a row that repeats none. */
  boolean takes(CorpusRows.Located at, Example row) {
    return blend.takes(at.file(), at.place(), row.prompt(), row.target());
  }

  /** The place of a row of Parquet. */
  RowPlace place(String file, long number) {
    return new RowPlace(files.getOrDefault(file, 0), number);
  }
}
