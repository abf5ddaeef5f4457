package org.sparklora.feature;

import java.util.Arrays;
import java.util.Optional;
import org.sparklora.Vocabulary;

/**
 * Ids and labels as trainers of others save them: at each place −100 or the id that stands there. A
 * row that says anything else is set aside. Padding, which the mask tells, is left out.
 */
record ReadyColumns(ArrowLists ids, ArrowLists labels, Optional<ArrowLists> mask)
    implements ArrowColumns {
  private static final int NOT_LEARNED = -100;

  @Override
  public FeatureRow row(int row, Vocabulary vocabulary) {
    int length = ids.length(row);
    if (labels.length(row) != length) {
      return FeatureRow.setAside(RowFault.IDS_AND_LABELS_DIFFER_IN_LENGTH);
    }
    if (!hasMaskOfOneText(row, length)) {
      return FeatureRow.setAside(RowFault.MASK_IS_NOT_THAT_OF_ONE_TEXT);
    }
    int[] own = new int[length];
    int used = 0;
    Runs runs = new Runs();
    for (int i = 0; i < length; i++) {
      long id = ids.number(row, i);
      long label = labels.number(row, i);
      if (label == NOT_LEARNED && isPadding(row, i)) {
        continue;
      }
      if (id < 0 || id >= vocabulary.size()) {
        return FeatureRow.setAside(RowFault.ID_BEYOND_THE_VOCABULARY);
      }
      if (label != id && label != NOT_LEARNED) {
        return FeatureRow.setAside(
            label < 0 ? RowFault.LABEL_IS_NO_ID : RowFault.LABEL_IS_NOT_THE_ID_AT_ITS_PLACE);
      }
      runs.add(used, label == id);
      own[used++] = (int) id;
    }
    return new FeatureRow(Arrays.copyOf(own, used), runs.spans(used));
  }

  /** Masks with other numbers say which of several texts a place belongs to. */
  private boolean hasMaskOfOneText(int row, int length) {
    if (mask.isEmpty() || mask.get().isNull(row)) {
      return true;
    }
    boolean fits = mask.get().length(row) == length;
    for (int i = 0; fits && i < length; i++) {
      long number = mask.get().number(row, i);
      fits = number == 0 || number == 1;
    }
    return fits;
  }

  private boolean isPadding(int row, int place) {
    return mask.isPresent() && !mask.get().isNull(row) && mask.get().number(row, place) == 0;
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
