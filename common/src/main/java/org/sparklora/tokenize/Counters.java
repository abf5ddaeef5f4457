package org.sparklora.tokenize;

import java.io.Serializable;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.LengthHistogram;
import org.sparklora.feature.TableCounts;

/**
 * Counts what becomes of the rows of one task, and the lengths of those that are written; tasks'
 * counts are added up. For one thread.
 */
public final class Counters implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LengthHistogram.Tally lengths = new LengthHistogram.Tally();
  private long content;
  private long written;
  private long examples;
  private long cut;
  private long dropped;
  private long bad;

  public void count(RowOutcome outcome) {
    if (outcome instanceof RowOutcome.Written row) {
      for (FeatureRow made : row.rows()) {
        lengths.add(made.length());
        content += made.content();
      }
      written += row.rows().size();
      examples++;
      cut += row.cut() ? 1 : 0;
    } else if (outcome instanceof RowOutcome.Dropped) {
      dropped++;
    } else {
      bad++;
    }
  }

  /** Counts a row of the corpus that is no example. */
  public void countBad() {
    bad++;
  }

  public void add(Counters other) {
    lengths.add(other.lengths());
    content += other.content;
    written += other.written;
    examples += other.examples;
    cut += other.cut;
    dropped += other.dropped;
    bad += other.bad;
  }

  /** The sum of {@link FeatureRow#content} over the written rows. */
  public long content() {
    return content;
  }

  /** Lengths of the written rows. */
  public LengthHistogram lengths() {
    return lengths.histogram();
  }

  public TableCounts counts() {
    return new TableCounts(examples + dropped + bad, written, cut, dropped, bad);
  }
}
