package org.sparklora.jobs.evaluate;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.similarity.TextScores;

/** What a part of the rows came to; bad ones by their reason. */
record ScoredPart(TextScores scores, TreeMap<String, Long> bad) implements Serializable {
  private static final long serialVersionUID = 1L;

  static final ScoredPart NONE = new ScoredPart(TextScores.NONE, new TreeMap<>());

  static Iterator<ScoredPart> of(Iterator<ReadRow> rows) {
    TextScores scores = TextScores.NONE;
    TreeMap<String, Long> bad = new TreeMap<>();
    while (rows.hasNext()) {
      ReadRow row = rows.next();
      if (row.isBad()) {
        bad.merge(row.bad(), 1L, Long::sum);
      } else {
        scores = scores.plus(TextScores.of(row.text(), row.target()));
      }
    }
    return List.of(new ScoredPart(scores, bad)).iterator();
  }

  ScoredPart plus(ScoredPart other) {
    TreeMap<String, Long> both = new TreeMap<>(bad);
    other.bad.forEach((reason, n) -> both.merge(reason, n, Long::sum));
    return new ScoredPart(scores.plus(other.scores), both);
  }

  long badRows() {
    return bad.values().stream().mapToLong(Long::longValue).sum();
  }

  long read() {
    return scores.rows() + badRows();
  }

  /** Not to be asked of none. */
  String commonestReason() {
    return bad.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }
}
