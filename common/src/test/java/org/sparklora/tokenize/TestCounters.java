package org.sparklora.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.LengthHistogram;
import org.sparklora.feature.TableCounts;

class TestCounters {
  @Test
  void everyRowReadIsWrittenDroppedOrBad() {
    Counters task = new Counters();
    FeatureRow row = new FeatureRow(new int[] {1, 2}, 1);
    task.count(new RowOutcome.Written(row, false));
    task.count(new RowOutcome.Written(row, true));
    task.count(new RowOutcome.Dropped());
    task.count(new RowOutcome.Refused("the target is empty"));
    task.countBad();
    assertEquals(new TableCounts(5, 2, 1, 1, 2), task.counts());
    assertEquals(0.4, task.counts().badFraction());
  }

  @Test
  void tasksAddUp() {
    Counters all = new Counters();
    for (int i = 0; i < 3; i++) {
      Counters task = new Counters();
      task.count(new RowOutcome.Written(new FeatureRow(new int[10 + i], 1), false));
      task.count(new RowOutcome.Dropped());
      task.countBad();
      all.add(task);
    }
    assertEquals(new TableCounts(9, 3, 0, 3, 3), all.counts());
    assertEquals(
        new LengthHistogram(33, 12, List.of(new LengthHistogram.Bucket(16, 3))), all.lengths());
  }

  @Test
  void emptyCorpusHasNoBadFraction() {
    assertEquals(0, new Counters().counts().badFraction());
  }
}
