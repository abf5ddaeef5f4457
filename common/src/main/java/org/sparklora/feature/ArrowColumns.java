package org.sparklora.feature;

import java.io.IOException;
import java.util.Optional;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.sparklora.Vocabulary;

/** The columns of an Arrow batch that make feature rows, with integers of any width. */
interface ArrowColumns {
  /** Makes row {@code row} of the batch that is loaded. */
  FeatureRow row(int row, Vocabulary vocabulary) throws NoNumber;

  /** The columns that are there; fails where they make no rows. */
  static ArrowColumns of(VectorSchemaRoot batch) throws IOException {
    Optional<ArrowLists> ids = ArrowLists.of(batch, Columns.INPUT_IDS);
    Optional<ArrowLists> labels = ArrowLists.of(batch, Columns.LABELS);
    if (ids.isPresent() && labels.isPresent()) {
      return new ReadyColumns(
          ids.get(), labels.get(), ArrowLists.of(batch, Columns.ATTENTION_MASK));
    }
    if (ids.isPresent() && batch.getVector(Columns.SEQ_LEN) instanceof BaseIntVector seqLen) {
      return new Prompts(ids.get(), seqLen, ArrowLists.of(batch, Columns.LABEL_SPANS));
    }
    throw new IOException("its columns are " + batch.getSchema().getFields());
  }

  /** Ids, how many of them are the prompt, and the spans where that does not say it all. */
  record Prompts(ArrowLists ids, BaseIntVector seqLen, Optional<ArrowLists> spans)
      implements ArrowColumns {
    private static final int[] NONE = {};

    @Override
    public FeatureRow row(int row, Vocabulary vocabulary) throws NoNumber {
      int[] own = ids.counts(row);
      int prompt = count(seqLen, row);
      int[] bounds = spans.isPresent() ? spans.get().counts(row) : NONE;
      return new FeatureRow(own, FeatureRow.spans(prompt, own.length, bounds));
    }
  }

  static int count(BaseIntVector vector, int index) throws NoNumber {
    long value = vector.isNull(index) ? -1 : vector.getValueAsLong(index);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new NoNumber(vector.isNull(index) ? "null" : String.valueOf(value));
    }
    return (int) value;
  }

  /** A value that is no token id or count. */
  final class NoNumber extends Exception {
    private static final long serialVersionUID = 1L;

    NoNumber(String value) {
      super(value);
    }
  }
}
