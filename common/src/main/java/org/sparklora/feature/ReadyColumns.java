package org.sparklora.feature;

import java.util.Arrays;
import org.sparklora.Vocabulary;

/**
 * Ids and labels as trainers of others save them: at each place −100 or the id that stands there. A
 * row that says anything else is set aside.
 */
record ReadyColumns(Lists ids, Lists labels) implements ArrowColumns {
  private static final int NOT_LEARNED = -100;

  @Override
  public FeatureRow row(int row, Vocabulary vocabulary) {
    int length = ids.length(row);
    if (labels.length(row) != length) {
      return FeatureRow.setAside(RowFault.IDS_AND_LABELS_DIFFER_IN_LENGTH);
    }
    int[] own = new int[length];
    Runs runs = new Runs();
    for (int i = 0; i < length; i++) {
      long id = ids.number(row, i);
      long label = labels.number(row, i);
      if (id < 0 || id >= vocabulary.size()) {
        return FeatureRow.setAside(RowFault.ID_BEYOND_THE_VOCABULARY);
      }
      if (label != id && label != NOT_LEARNED) {
        return FeatureRow.setAside(
            label < 0 ? RowFault.LABEL_IS_NO_ID : RowFault.LABEL_IS_NOT_THE_ID_AT_ITS_PLACE);
      }
      own[i] = (int) id;
      runs.add(i, label == id);
    }
    return new FeatureRow(own, runs.spans(length));
  }

  /** Ranges of neighbours that are learned. */
  private static final class Runs {
    private int[] bounds = new int[2];
    private int used;

    void add(int place, boolean learned) {
      boolean open = used % 2 == 1;
      if (learned != open) {
        bounds = used == bounds.length ? Arrays.copyOf(bounds, 2 * used) : bounds;
        bounds[used++] = place;
      }
    }

    LabelSpans spans(int length) {
      add(length, false);
      return new LabelSpans(Arrays.copyOf(bounds, used));
    }
  }
}
