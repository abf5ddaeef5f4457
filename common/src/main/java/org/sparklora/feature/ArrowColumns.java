package org.sparklora.feature;

import java.io.IOException;
import java.util.Optional;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.sparklora.Vocabulary;

/** The columns of an Arrow batch that make feature rows, with integers of any width. */
interface ArrowColumns {
  /** Makes row {@code row} of the batch that is loaded. */
  FeatureRow row(int row, Vocabulary vocabulary) throws NoNumber;

  /** The columns that are there; fails where they make no rows. */
  static ArrowColumns of(VectorSchemaRoot batch) throws IOException {
    Optional<Lists> ids = Lists.of(batch, Columns.INPUT_IDS);
    Optional<Lists> labels = Lists.of(batch, Columns.LABELS);
    if (ids.isPresent() && labels.isPresent()) {
      return new ReadyColumns(ids.get(), labels.get());
    }
    if (ids.isPresent() && batch.getVector(Columns.SEQ_LEN) instanceof BaseIntVector seqLen) {
      return new Prompts(ids.get(), seqLen, Lists.of(batch, Columns.LABEL_SPANS));
    }
    throw new IOException("its columns are " + batch.getSchema().getFields());
  }

  /** Ids, how many of them are the prompt, and the spans where that does not say it all. */
  record Prompts(Lists ids, BaseIntVector seqLen, Optional<Lists> spans) implements ArrowColumns {
    private static final int[] NONE = {};

    @Override
    public FeatureRow row(int row, Vocabulary vocabulary) throws NoNumber {
      int[] own = ids.counts(row);
      int prompt = count(seqLen, row);
      int[] bounds = spans.isPresent() ? spans.get().counts(row) : NONE;
      return new FeatureRow(own, FeatureRow.spans(prompt, own.length, bounds));
    }
  }

  /** A column of lists of whole numbers. */
  record Lists(ListVector lists, BaseIntVector values) {
    static Optional<Lists> of(VectorSchemaRoot batch, String name) {
      return batch.getVector(name) instanceof ListVector lists
              && lists.getDataVector() instanceof BaseIntVector values
          ? Optional.of(new Lists(lists, values))
          : Optional.empty();
    }

    int length(int row) {
      return lists.getElementEndIndex(row) - lists.getElementStartIndex(row);
    }

    /** The number at a place of a row; null is the lowest. */
    long number(int row, int place) {
      int index = lists.getElementStartIndex(row) + place;
      return values.isNull(index) ? Long.MIN_VALUE : values.getValueAsLong(index);
    }

    int[] counts(int row) throws NoNumber {
      int from = lists.getElementStartIndex(row);
      int[] counts = new int[length(row)];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = count(values, from + i);
      }
      return counts;
    }
  }

  private static int count(BaseIntVector vector, int index) throws NoNumber {
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
