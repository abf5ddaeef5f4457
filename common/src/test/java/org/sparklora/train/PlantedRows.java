package org.sparklora.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.sparklora.feature.FeatureRow;
import org.sparklora.plan.Assignment;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.PlannedRow;
import org.sparklora.plan.RowPlan;
import org.sparklora.plan.RowSizes;
import org.sparklora.plan.SegmentPlan;

/** A table in memory for tests, planned as the train job plans it. */
final class PlantedRows {
  /** An id that makes {@link TinyModel}'s loss and gradient NaN when it is a label. */
  static final int POISON = TinyModel.VOCABULARY - 1;

  private final List<FeatureRow> rows;

  PlantedRows(List<FeatureRow> rows) {
    this.rows = List.copyOf(rows);
  }

  /** Rows whose next id mostly follows from the one before, so that there is something to learn. */
  static PlantedRows random(int count) {
    Random random = new Random(5);
    List<FeatureRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] ids = new int[3 + random.nextInt(20)];
      for (int j = 0; j < ids.length; j++) {
        boolean follows = j > 0 && random.nextInt(4) > 0;
        ids[j] = follows ? (ids[j - 1] * 5 + 3) % POISON : random.nextInt(POISON);
      }
      rows.add(new FeatureRow(ids, 1 + random.nextInt(2)));
    }
    return new PlantedRows(rows);
  }

  /** Rows whose next id follows now by the rule of {@link #random}, now by another. */
  static PlantedRows partlyOther(int count) {
    Random random = new Random(6);
    List<FeatureRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] ids = new int[3 + random.nextInt(20)];
      for (int j = 0; j < ids.length; j++) {
        int rule = j == 0 ? 0 : random.nextInt(4);
        int next =
            rule == 1
                ? ids[j - 1] * 5 + 3
                : rule == 2 ? ids[j - 1] * 3 + 1 : random.nextInt(POISON);
        ids[j] = next % POISON;
      }
      rows.add(new FeatureRow(ids, 1));
    }
    return new PlantedRows(rows);
  }

  /** The same table with the last id of one row replaced. */
  PlantedRows poisoned(int index) {
    int[] ids = rows.get(index).inputIds().clone();
    ids[ids.length - 1] = POISON;
    return with(index, new FeatureRow(ids, rows.get(index).seqLen()));
  }

  /** The same table with one row that has no labels. */
  PlantedRows unlabelled(int index) {
    return with(index, new FeatureRow(new int[] {1}, 1));
  }

  private PlantedRows with(int index, FeatureRow row) {
    List<FeatureRow> changed = new ArrayList<>(rows);
    changed.set(index, row);
    return new PlantedRows(changed);
  }

  int size() {
    return rows.size();
  }

  RowSizes sizes(LabelPolicy policy) {
    return new RowSizes(
        rows.stream().mapToInt(FeatureRow::length).toArray(),
        rows.stream().mapToInt(row -> policy.count(row.length(), row.spans())).toArray());
  }

  /** The stream of one rank, as the shuffle would make it. */
  Iterator<PlannedRow> stream(SegmentPlan plan, int rank) {
    return planned(plan, rank).iterator();
  }

  /** One rank's rows in the order of their steps and slots. */
  List<PlannedRow> planned(RowPlan plan, int rank) {
    List<PlannedRow> stream = new ArrayList<>();
    for (int index = 0; index < rows.size(); index++) {
      for (Assignment p : plan.assignments(index)) {
        if (p.rank() == rank) {
          stream.add(new PlannedRow(p.step(), p.slot(), p.stepLabels(), rows.get(index)));
        }
      }
    }
    stream.sort(Comparator.comparingLong(PlannedRow::step).thenComparingInt(PlannedRow::slot));
    return stream;
  }
}
